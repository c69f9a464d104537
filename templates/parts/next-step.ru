{% capture resolve %}certfleet certificate resolve {{ reference }}{% endcapture -%}
{% capture retry %}{{ resolve }} --retry --reason "fixed"{% endcapture -%}
{% capture or_cancel %}; чтобы отменить заказ, укажите --cancel вместо --retry.{% endcapture -%}
{% capture csr %}certfleet certificate csr {{ reference }} --file new.csr --reason "corrected"{% endcapture -%}
{% capture approver %}certfleet certificate approver {{ reference }} --email ADDRESS{% endcapture -%}
{% capture contacts %}certfleet certificate contacts {{ reference }} --file contacts.json{% endcapture -%}
{% case code -%}
{% when "purchase-unknown" -%}
Найдите в списке сертификатов eNom неиспользованный сертификат. Если он есть: {{ resolve }} --adopt CERTID --reason "found in the list"; иначе укажите вместо --adopt CERTID: --not-bought, если его точно нет, --refunded, если деньги вернулись, --cancel, чтобы отменить заказ.
{%- when "enom-login-refused" -%}
Исправьте имя пользователя и пароль аккаунта. Изменения в certfleet.yaml и в файле, на который указывает он или NAME_FILE, действуют сразу. Изменения ENOM_USERNAME и ENOM_PASSWORD действуют после перезапуска воркеров.
{%- when "enom-address-not-permitted" -%}
Зарегистрируйте адрес этой машины в eNom (Resellers, Manage, API).
{%- when "no-account-with-funds" -%}
Пополните аккаунт eNom. Заказ продолжится сам.
{%- when "no-account" -%}
Настройте включённый аккаунт, который подходит к заказу: к аккаунту и дата-центру, указанным в нём.
{%- when "account-bound-elsewhere" -%}
Этот идентификатор аккаунта впервые использовался с другим хостом или пользователем eNom. Дайте новому логину новый идентификатор аккаунта.
{%- when "redis-not-durable" -%}
Задайте в Redis appendonly yes, appendfsync always и maxmemory-policy noeviction или примите риск: CERTFLEET_ALLOW_WEAK_REDIS=1.
{%- when "ledger-frozen" -%}
На этом аккаунте ничего не покупается, пока неизвестно, что произошло. Смотрите docs/runbook.md#the-ledger-is-frozen и начните с команды: certfleet ledger status
{%- when "account-observes" -%}
Пока аккаунт наблюдает, ничего не происходит. Чтобы он покупал и менял: укажите mode: dedicated или shared в certfleet.yaml, затем прочтите различия и подтвердите: certfleet account live ACCOUNT
{%- when "purchases-stopped" -%}
Чтобы снова разрешить покупки, укажите purchases: true для аккаунта в certfleet.yaml или выполните: certfleet account purchases on ACCOUNT --reason "may go on"
{%- when "price-above-ceiling" -%}
Если вы согласны с новой ценой, увеличьте priceCeiling в файле конфигурации, и заказ продолжится сам. Иначе отмените заказ.
{%- when "spend-cap-reached" -%}
Подождите, если час или сутки скоро закончатся. Иначе увеличьте purchasing.perHour, perDay или maxUnsettledMoney аккаунта.
{%- when "enom-unavailable" -%}
Подождите. Если eNom скоро не ответит, проверьте сеть, URL API и состояние eNom.
{%- when "enom-not-understood" -%}
По тому, что нельзя прочитать, ничего не покупается. Спросите поддержку eNom о записи, которую называет сообщение, или сообщите тому, кто сопровождает Certfleet; заказ продолжится сам, когда её можно будет прочитать. Что ответил eNom: certfleet account answers
{%- when "enom-question-refused" -%}
eNom не разрешает этому логину или его токену спрашивать то, что названо в сообщении. Разрешите команду в eNom; заказ продолжится сам. Если речь об одном CertID, спросите о нём поддержку eNom.
{%- when "product-not-sold" -%}
Попросите eNom включить продукт для этого реселлера или закажите другой продукт. Заказ продолжится сам, когда продукт снова будет продаваться. Сравнить каталог eNom с таблицей продуктов: certfleet account products
{%- when "approver-not-offered" -%}
Выберите один из предложенных адресов: {{ approver }}; если неверно само имя, исправьте CSR: {{ csr }}
{%- when "validation-overdue" -%}
{% if next contains "approver" %}Напомните владельцу домена, запросите письмо ещё раз: certfleet certificate resend {{ reference }}; или смените адрес для подтверждения: {{ approver }}; либо отмените заказ. Если неверно само имя, исправьте CSR: {{ csr }}{% else %}Владельцу домена больше ничего делать не нужно. Спросите поддержку eNom, почему центр сертификации не выпускает сертификат; назовите CertID. Заказ продолжится сам. Чтобы отменить его: {{ resolve }} --cancel --reason "not issued"{% endif %}
{%- when "rejected-by-owner" -%}
Владелец адреса для подтверждения отказал. Если неверны имя или CSR, исправьте их: {{ csr }}; если нет, смените адрес: {{ approver }}; затем: {{ retry }}{{ or_cancel }}
{%- when "refunded" -%}
eNom вернул деньги за эту покупку. Чтобы купить снова: {{ resolve }} --refunded --reason "refund seen"; чтобы отменить заказ, укажите --cancel вместо --refunded.
{%- when "enom-refused" -%}
Прочитайте ответ eNom. Если дело в CSR, отправьте другой: {{ csr }}; если нет, исправьте контакты заказа: {{ contacts }}; затем: {{ retry }}{{ or_cancel }}
{%- when "configured-otherwise" -%}
У этого сертификата в eNom указан другой CSR. Если он верный, передайте его заказу: {{ csr }}; если нет, уберите его там, затем: {{ retry }}{{ or_cancel }}
{%- when "unknown-status" -%}
eNom показывает статус, которого эта версия не знает. Спросите о CertID поддержку eNom.
{%- when "certificate-mismatch" -%}
Выпущенный сертификат нельзя использовать, причина указана в сообщении. Обратитесь в поддержку eNom, затем запустите повторную проверку: {{ retry }}
{%- when "chain-incomplete" -%}
Запросите недостающий сертификат в поддержке eNom или возьмите его у удостоверяющего центра. Сохраните его в файл и укажите файл в intermediates в certfleet.yaml (корневой — в roots). Или разрешите Certfleet скачать его: CERTFLEET_AIA=1. Заказ продолжится сам.
{%- when "reissue-by-hand" -%}
Закажите перевыпуск, как описано в письме на ящик операторов (department). Новый сертификат Certfleet получит сам. Текущее состояние: certfleet certificate explain {{ reference }}
{%- when "renewal-due" -%}
Разрешите Certfleet купить следующий срок: certfleet certificate policy {{ reference }} --mode auto; или договоритесь с клиентом иначе.
{%- when "renewal-not-sold" -%}
eNom не продаёт следующий срок этому аккаунту. Попросите eNom включить продукт; заказ продолжится сам. Сравнить каталог eNom с таблицей продуктов: certfleet account products
{%- when "validation-needed" -%}
{% if next contains "validation-method" %}Договоритесь с владельцем домена о другом способе и запишите его: certfleet certificate validation-method {{ reference }} --method dns; или --method file вместо dns. Заказ продолжится сам.{% else %}Договоритесь с клиентом о продукте, который проверяется через dns или file, закажите его и отмените этот заказ: {{ resolve }} --cancel --reason "no other method"{% endif %}
{%- when "email-validation-ended" -%}
{% if next contains "validation-method" %}Договоритесь с владельцем домена о другом способе и запишите его: certfleet certificate validation-method {{ reference }} --method dns; или --method file вместо dns. Заказ в центре сертификации отзывается и отправляется снова с этим способом.{% else %}Договоритесь с клиентом о продукте, который проверяется через dns или file, закажите его и отмените этот заказ: {{ resolve }} --cancel --reason "no other method"{% endif %}
{%- when "reissue-uncertain" -%}
Посмотрите в eNom, принят ли перевыпуск. Если да, дождитесь нового сертификата. Если точно нет, запросите его снова: {{ resolve }} --retry --reason "not taken"
{%- when "waited-too-long" -%}
Тридцать дней без успеха. Если причина в имени или CSR, исправьте их: {{ csr }}; если нет, устраните причину, названную в сообщении, затем: {{ retry }}{{ or_cancel }}
{%- when "internal-error" -%}
Найдите в журнале воркера записи о {{ reference }}. После исправления ошибки: {{ retry }}
{%- when "order-failed" -%}
Заказ завершён, ничего не куплено. Устраните причину и сделайте новый заказ под другим номером или закажите другой продукт.
{%- when "mails-wait" -%}
Проверьте SMTP_URL и почтовый сервер. Отправка писем повторяется в течение двух дней. См. docs/runbook.md#mails-do-not-arrive; проверка: certfleet doctor
{%- else -%}
{{ next }}
{%- endcase -%}
