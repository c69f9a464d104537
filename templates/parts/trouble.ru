{% case code -%}
{% when "ledger-frozen" -%}
Покупки заморожены
{%- when "account-observes" -%}
Аккаунт только наблюдает
{%- when "purchases-stopped" -%}
Покупки выключены
{%- when "spend-cap-reached" -%}
Достигнут лимит расходов
{%- when "enom-login-refused" -%}
eNom не принимает логин
{%- when "enom-address-not-permitted" -%}
eNom не допускает наш адрес
{%- when "enom-unavailable" -%}
eNom не отвечает
{%- when "enom-not-understood" -%}
Ответ eNom не удалось прочитать
{%- when "mails-wait" -%}
Письма ждут отправки
{%- when "queue-paused" -%}
Очередь приостановлена
{%- when "queue-limited" -%}
Очередь ограничена
{%- when "queue-emptied" -%}
Очередь опустошена
{%- when "schedule-missing" -%}
Нет расписания
{%- when "sweep-late" -%}
Политика опаздывает
{%- when "journal-not-writable" -%}
Денежный журнал не записывается
{%- when "redis-without-replica" -%}
Redis без реплик
{%- when "redis-not-durable" -%}
Redis может забыть покупки
{%- when "account-drift" -%}
Записи и eNom расходятся
{%- when "webhook-dead" -%}
Вебхук отключён
{%- else -%}
{{ code }}
{%- endcase -%}
