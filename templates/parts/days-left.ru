{% assign ones = days | modulo: 10 -%}
{% assign teens = days | modulo: 100 -%}
{% if days < 0 %}срок истёк{% elsif days == 0 %}сегодня последний день{% elsif ones == 1 and teens != 11 %}остался {{ days }} день{% elsif ones >= 2 and ones <= 4 and teens < 12 %}осталось {{ days }} дня{% elsif ones >= 2 and ones <= 4 and teens > 14 %}осталось {{ days }} дня{% else %}осталось {{ days }} дней{% endif -%}
