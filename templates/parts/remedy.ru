{% if methods == null -%}
{{ remedy }}
{%- elsif methods.size == 0 -%}
Другого способа проверки для этого продукта у eNom нет: договоритесь с владельцем о продукте с проверкой через DNS-запись или файл.
{%- else -%}
Договоритесь с владельцем о проверке через {% for each in methods %}{% unless forloop.first %} или {% endunless %}{% if each == "dns" %}DNS-запись{% else %}файл{% endif %}{% endfor %}; способ будет использован при следующей проверке, когда вы его запишете: certfleet certificate validation-method {{ reference }} --method {{ methods | first }}
{%- endif -%}
