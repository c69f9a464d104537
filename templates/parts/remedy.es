{% if methods == null -%}
{{ remedy }}
{%- elsif methods.size == 0 -%}
eNom no ofrece otro método para este producto: acuerde con el titular uno que se valide por un registro DNS o un archivo.
{%- else -%}
Acuerde con el titular la validación por {% for each in methods %}{% unless forloop.first %} o {% endunless %}{% if each == "dns" %}un registro DNS{% else %}un archivo{% endif %}{% endfor %}; se usará en la próxima validación, una vez anotado: certfleet certificate validation-method {{ reference }} --method {{ methods | first }}
{%- endif -%}
