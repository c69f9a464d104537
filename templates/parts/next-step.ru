{% capture resolve %}certfleet certificate resolve {{ reference }}{% endcapture -%}
{% capture retry %}{{ resolve }} --retry --reason "mended"{% endcapture -%}
{% capture or_cancel %}; с --cancel вместо --retry заказ прекращается.{% endcapture -%}
{% case code -%}
{% when "purchase-unknown" -%}
Найдите в списке сертификатов eNom неиспользованный сертификат. Если он есть: {{ resolve }} --adopt CERTID --reason "found in the list"; вместо --adopt CERTID: --not-bought, если его точно нет, --refunded, если деньги вернулись, --cancel, чтобы прекратить заказ.
{%- when "enom-login-refused" -%}
Исправьте имя пользователя и пароль аккаунта: в certfleet.yaml и в файле, на который указывает он или NAME_FILE, изменения подхватываются сами, в ENOM_USERNAME и ENOM_PASSWORD после перезапуска воркеров.
{%- when "enom-address-not-permitted" -%}
Зарегистрируйте адрес этой машины в eNom (Resellers, Manage, API).
{%- when "no-account-with-funds" -%}
Пополните аккаунт eNom; заказ продолжится сам.
{%- when "no-account" -%}
Настройте включённый аккаунт, который подходит к аккаунту и дата-центру заказа.
{%- when "account-bound-elsewhere" -%}
Этот идентификатор аккаунта впервые использовался с другим хостом или пользователем eNom; дайте новому логину отдельный идентификатор аккаунта.
{%- when "redis-not-durable" -%}
Задайте в Redis appendonly yes, appendfsync always и maxmemory-policy noeviction или примите риск: CERTFLEET_ALLOW_WEAK_REDIS=1.
{%- when "ledger-frozen" -%}
На этом аккаунте ничего не покупается, пока неизвестно, что произошло. Как это выяснить, описано в руководстве; сначала посмотрите: certfleet ledger status
{%- when "purchases-stopped" -%}
Когда покупки снова будут разрешены, укажите purchases: true для аккаунта в certfleet.yaml или включите их: certfleet account purchases on ACCOUNT --reason "may go on"
{%- when "price-above-ceiling" -%}
Согласитесь с новой ценой (priceCeiling в файле конфигурации) или отмените заказ; он продолжится сам.
{%- when "spend-cap-reached" -%}
Ничего, если час или сутки скоро закончатся. Иначе увеличьте purchasing.perHour, perDay или maxUnsettledMoney аккаунта.
{%- when "enom-unavailable" -%}
Ничего, если eNom скоро вернётся. Если нет, проверьте сеть, URL API и состояние eNom.
{%- when "approver-not-offered" -%}
Выберите один из предложенных адресов: POST /v1/certificates/{{ reference }}/approver.
{%- when "validation-overdue" -%}
Напомните владельцу домена, запросите письмо ещё раз или смените адрес для подтверждения (POST /v1/certificates/{{ reference }}/approver) либо отмените заказ.
{%- when "rejected-by-owner" -%}
Владелец адреса для подтверждения отказал. Смените адрес (POST /v1/certificates/{{ reference }}/approver), затем: {{ retry }}{{ or_cancel }}
{%- when "refunded" -%}
eNom вернул деньги за эту покупку. Чтобы купить снова: {{ resolve }} --refunded --reason "refund seen"; с --cancel вместо --refunded заказ прекращается.
{%- when "enom-refused" -%}
Прочитайте ответ eNom, исправьте данные заказа (PATCH /v1/certificates/{{ reference }}), затем: {{ retry }}{{ or_cancel }}
{%- when "configured-otherwise" -%}
У этого сертификата в eNom указан другой CSR. Уберите его там, затем: {{ retry }}{{ or_cancel }}
{%- when "unknown-status" -%}
eNom показывает статус, которого эта версия не знает; спросите о CertID поддержку eNom.
{%- when "certificate-mismatch" -%}
Выпущенный сертификат не соответствует заказу. Обратитесь в поддержку eNom, затем запустите повторную проверку: {{ retry }}
{%- when "reissue-by-hand" -%}
Закажите перевыпуск, как описано в письме отделу; новый сертификат будет принят автоматически. Текущее состояние: certfleet certificate explain {{ reference }}
{%- when "renewal-due" -%}
Разрешите Certfleet купить следующий срок (PATCH /v1/certificates/{{ reference }}, политика auto) или договоритесь с клиентом иначе.
{%- when "renewal-not-sold" -%}
eNom не продаёт следующий срок этому аккаунту. Когда снова будет продавать: {{ retry }}{{ or_cancel }}
{%- when "email-validation-ended" -%}
Подтвердите домен другим способом, если он есть у продукта: POST /v1/certificates/{{ reference }}/approver с {"method": "dns"} или "file". Если нет, закажите продукт, у которого он есть, а этот заказ прекратите: {{ resolve }} --cancel --reason "no other method"
{%- when "reissue-uncertain" -%}
Посмотрите в eNom, принят ли перевыпуск. Если да, дождитесь нового сертификата; если точно нет, запросите его снова: {{ resolve }} --retry --reason "not taken"
{%- when "waited-too-long" -%}
Тридцать дней без успеха. Устраните названную здесь причину, затем: {{ retry }}{{ or_cancel }}
{%- when "internal-error" -%}
Найдите в журнале воркера записи о {{ reference }}. После исправления ошибки: {{ retry }}
{%- when "order-failed" -%}
Заказ завершён, ничего не куплено. Устраните причину и сделайте новый заказ под другим номером или закажите другой продукт.
{%- else -%}
{{ next }}
{%- endcase -%}
