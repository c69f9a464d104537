{% if days < 0 %}ya ha caducado{% elsif days == 0 %}hoy es el último día{% elsif days == 1 %}queda 1 día{% else %}quedan {{ days }} días{% endif -%}
