{% capture resolve %}certfleet certificate resolve {{ reference }}{% endcapture -%}
{% capture retry %}{{ resolve }} --retry --reason "fixed"{% endcapture -%}
{% capture or_cancel %}; para cancelar el pedido, escriba --cancel en lugar de --retry.{% endcapture -%}
{% capture csr %}certfleet certificate csr {{ reference }} --file new.csr --reason "corrected"{% endcapture -%}
{% capture approver %}certfleet certificate approver {{ reference }} --email ADDRESS{% endcapture -%}
{% capture contacts %}certfleet certificate contacts {{ reference }} --file contacts.json{% endcapture -%}
{% case code -%}
{% when "purchase-unknown" -%}
Busque un certificado sin usar en la lista de certificados de eNom. Si lo encuentra: {{ resolve }} --adopt CERTID --reason "found in the list"; si no, escriba en lugar de --adopt CERTID: --not-bought si con seguridad no hay ninguno, --refunded si eNom devolvió el dinero, --cancel para cancelar el pedido.
{%- when "enom-login-refused" -%}
Corrija el nombre de usuario y la contraseña de la cuenta. Los cambios en certfleet.yaml, o en el archivo que este o NAME_FILE indique, se aplican enseguida. Los de ENOM_USERNAME y ENOM_PASSWORD, al reiniciar los workers.
{%- when "enom-address-not-permitted" -%}
Registre en eNom la dirección de esta máquina (Resellers, Manage, API).
{%- when "no-account-with-funds" -%}
Recargue la cuenta de eNom. El pedido continuará solo.
{%- when "no-account" -%}
Configure una cuenta habilitada que corresponda al pedido: a la cuenta y al centro de datos que este indica.
{%- when "account-bound-elsewhere" -%}
Este identificador de cuenta se usó por primera vez con otro host u otro usuario de eNom. Dé al nuevo acceso un identificador de cuenta nuevo.
{%- when "redis-not-durable" -%}
Ponga en Redis appendonly yes, appendfsync always y maxmemory-policy noeviction, o acepte el riesgo con CERTFLEET_ALLOW_WEAK_REDIS=1.
{%- when "ledger-frozen" -%}
No se compra nada en esta cuenta hasta que se sepa qué ocurrió. Vea docs/runbook.md#the-ledger-is-frozen y empiece con: certfleet ledger status
{%- when "account-observes" -%}
No ocurre nada mientras la cuenta observa. Para que compre y cambie: ponga mode: dedicated o shared en certfleet.yaml, lea después las diferencias y confirme: certfleet account live ACCOUNT
{%- when "purchases-stopped" -%}
Para permitir de nuevo las compras, ponga purchases: true en la cuenta, en certfleet.yaml, o ejecute: certfleet account purchases on ACCOUNT --reason "may go on"
{%- when "price-above-ceiling" -%}
Si acepta el nuevo precio, suba priceCeiling en el archivo de configuración y el pedido continuará solo. Si no, cancele el pedido.
{%- when "spend-cap-reached" -%}
Espere, si la hora o el día terminan pronto. Si no, aumente purchasing.perHour, perDay o maxUnsettledMoney de la cuenta.
{%- when "enom-unavailable" -%}
Espere. Si eNom no vuelve a responder pronto, revise la red, la URL de la API y el estado de eNom.
{%- when "enom-not-understood" -%}
No se compra nada según lo que no se puede leer. Pregunte al soporte de eNom por el registro que indica el mensaje, o avise a quien mantiene Certfleet; el pedido continuará solo en cuanto se pueda leer. Para ver qué respondió eNom: certfleet account answers
{%- when "enom-question-refused" -%}
eNom no permite a este acceso, o a su token, preguntar lo que dice el mensaje. Permita el comando en eNom; el pedido continuará solo. Si el mensaje se refiere a un solo CertID, pregunte por él al soporte de eNom.
{%- when "product-not-sold" -%}
Pida a eNom que habilite el producto para este revendedor, o pida otro producto. El pedido continuará solo cuando se venda. Para comparar el catálogo de eNom con la tabla de productos: certfleet account products
{%- when "approver-not-offered" -%}
Elija una de las direcciones ofrecidas: {{ approver }}; si el propio nombre está mal, corrija la CSR: {{ csr }}
{%- when "validation-overdue" -%}
{% if next contains "approver" %}Recuérdeselo al titular del dominio, haga reenviar el correo: certfleet certificate resend {{ reference }}; o cambie el aprobador: {{ approver }}; o cancele el pedido. Si el propio nombre está mal, corrija la CSR: {{ csr }}{% else %}Al titular del dominio no le queda nada por hacer. Pregunte al soporte de eNom por qué la autoridad de certificación no emite el certificado; indique el CertID. El pedido continuará solo. Para cancelarlo: {{ resolve }} --cancel --reason "not issued"{% endif %}
{%- when "rejected-by-owner" -%}
El aprobador lo rechazó. Si el nombre o la CSR están mal, corríjalos: {{ csr }}; si no, cambie el aprobador: {{ approver }}; después: {{ retry }}{{ or_cancel }}
{%- when "refunded" -%}
eNom ha reembolsado esta compra. Para comprar otra vez: {{ resolve }} --refunded --reason "refund seen"; para cancelar el pedido, escriba --cancel en lugar de --refunded.
{%- when "enom-refused" -%}
Lea el texto de eNom. Si trata de la CSR, envíe otra: {{ csr }}; si no, corrija los contactos del pedido: {{ contacts }}; después: {{ retry }}{{ or_cancel }}
{%- when "configured-otherwise" -%}
En eNom, este certificado lleva otra CSR. Si es la correcta, désela al pedido: {{ csr }}; si no, quítela allí y después: {{ retry }}{{ or_cancel }}
{%- when "unknown-status" -%}
eNom muestra un estado que esta versión no conoce. Pregunte al soporte de eNom por el CertID.
{%- when "certificate-mismatch" -%}
El certificado emitido no se puede usar: el mensaje dice por qué. Pregunte al soporte de eNom y después haga que se lea de nuevo: {{ retry }}
{%- when "chain-incomplete" -%}
Pida al soporte de eNom el certificado que falta, u obténgalo de la autoridad de certificación. Guárdelo en un archivo y nombre el archivo en intermediates de certfleet.yaml (si es una raíz: en roots). O deje que Certfleet lo descargue: CERTFLEET_AIA=1. El pedido continúa solo.
{%- when "reissue-by-hand" -%}
Haga que se reemita como indica el mensaje al buzón de operaciones (department). Certfleet recoge solo el nuevo certificado. En qué punto está: certfleet certificate explain {{ reference }}
{%- when "renewal-due" -%}
Deje que Certfleet compre el siguiente período: certfleet certificate policy {{ reference }} --mode auto; o acuerde otra cosa con el cliente.
{%- when "renewal-not-sold" -%}
eNom no vende el siguiente período a esta cuenta. Pida a eNom que habilite el producto; el pedido continuará solo. Para comparar su catálogo con la tabla de productos: certfleet account products
{%- when "validation-needed" -%}
{% if next contains "validation-method" %}Acuerde otra manera con el propietario del dominio y anótela: certfleet certificate validation-method {{ reference }} --method dns; o --method file en lugar de dns. El pedido continuará solo.{% else %}Acuerde con el cliente un producto que se valide por dns o file, pídalo y cancele este pedido: {{ resolve }} --cancel --reason "no other method"{% endif %}
{%- when "email-validation-ended" -%}
{% if next contains "validation-method" %}Acuerde otra manera con el propietario del dominio y anótela: certfleet certificate validation-method {{ reference }} --method dns; o --method file en lugar de dns. El pedido en la autoridad de certificación se retira y se envía de nuevo así.{% else %}Acuerde con el cliente un producto que se valide por dns o file, pídalo y cancele este pedido: {{ resolve }} --cancel --reason "no other method"{% endif %}
{%- when "reissue-uncertain" -%}
Mire en eNom si la reemisión fue aceptada. Si lo fue, espere el nuevo certificado. Si con seguridad no lo fue, pídala de nuevo: {{ resolve }} --retry --reason "not taken"
{%- when "waited-too-long" -%}
Treinta días sin éxito. Si la causa es el nombre o la CSR, corríjalos: {{ csr }}; si no, corrija la causa que indica el mensaje y después: {{ retry }}{{ or_cancel }}
{%- when "internal-error" -%}
Lea en el registro del worker lo que diga de {{ reference }}. Una vez corregido el fallo: {{ retry }}
{%- when "order-failed" -%}
El pedido ha terminado y no se ha comprado nada. Corrija la causa y haga un pedido nuevo con otra referencia, o pida otro producto.
{%- when "mails-wait" -%}
Revise SMTP_URL y el servidor de correo. Los mensajes se reintentan durante dos días. Vea docs/runbook.md#mails-do-not-arrive y pruébelo con: certfleet doctor
{%- else -%}
{{ next }}
{%- endcase -%}
