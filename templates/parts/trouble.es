{% case code -%}
{% when "ledger-frozen" -%}
Compras congeladas
{%- when "account-observes" -%}
La cuenta solo observa
{%- when "purchases-stopped" -%}
Compras desactivadas
{%- when "spend-cap-reached" -%}
Límite de gasto alcanzado
{%- when "enom-login-refused" -%}
eNom rechaza el acceso
{%- when "enom-address-not-permitted" -%}
eNom no permite nuestra dirección
{%- when "enom-unavailable" -%}
eNom no responde
{%- when "enom-not-understood" -%}
No se entiende la respuesta de eNom
{%- when "mails-wait" -%}
Los mensajes esperan
{%- when "queue-paused" -%}
Cola en pausa
{%- when "queue-limited" -%}
Cola limitada
{%- when "queue-emptied" -%}
Cola vaciada
{%- when "schedule-missing" -%}
Falta una programación
{%- when "sweep-late" -%}
La política se retrasa
{%- when "journal-not-writable" -%}
No se puede escribir el diario de dinero
{%- when "redis-without-replica" -%}
Redis sin réplicas
{%- when "redis-not-durable" -%}
Redis podría olvidar compras
{%- when "account-drift" -%}
Los registros y eNom no coinciden
{%- when "webhook-dead" -%}
Webhook desactivado
{%- else -%}
{{ code }}
{%- endcase -%}
