{% capture its_url %}la apiUrl de la cuenta (ENOM_API_URL){% endcapture -%}
{% capture goes_on %}Certfleet continuará solo en cuanto eNom responda.{% endcapture -%}
{% capture if_down %}Si es eNom quien no funciona, espere: Certfleet continuará solo en cuanto responda.{% endcapture -%}
{% case cause -%}
{% when "name-not-resolved" -%}
Busque un error de escritura en {{ its_url }} y revise después el DNS de esta máquina: getent hosts {{ apiHost | split: ":" | first }}
{%- when "proxy-unreachable" -%}
Compruebe la dirección de ENOM_PROXY y que el proxy funcione. Si hay que llegar a {{ apiHost }} sin él, póngalo en NO_PROXY.
{%- when "proxy-refused" -%}
Compruebe el usuario y la contraseña en ENOM_PROXY, y que el proxy permita CONNECT hacia {{ apiHost }}.
{%- when "connection-refused" -%}
Compruebe el host y el puerto de {{ its_url }}, y que ningún cortafuegos rechace las conexiones salientes. {{ if_down }}
{%- when "unreachable" -%}
Revise la red de esta máquina: el cable, las rutas y, si está configurado solo a medias, IPv6.
{%- when "connect-timed-out" -%}
Casi siempre es un cortafuegos que descarta paquetes: permita que esta máquina salga hacia {{ apiHost }}. {{ if_down }}
{%- when "answer-timed-out" -%}
eNom está sobrecargado, o algo por el camino retiene la conexión. {{ goes_on }} Si persiste, pregunte a eNom.
{%- when "connection-lost" -%}
{{ goes_on }} Si persiste, busque un cortafuegos o un proxy que corte las conexiones.
{%- when "tls-untrusted" -%}
Lo más probable es que un proxy lea el tráfico: haga que deje pasar el host de eNom o, si el proxy es suyo, indique su CA en NODE_EXTRA_CA_CERTS.
{%- when "tls-wrong-name" -%}
Responde otro servidor: revise el host de {{ its_url }}, el DNS de esta máquina y /etc/hosts.
{%- when "tls-expired" -%}
Revise primero el reloj de esta máquina. Si va bien, es la otra parte quien debe renovar su certificado.
{%- when "tls-failed" -%}
Compruebe que {{ its_url }} indique un puerto que hable TLS (443) y que ningún proxy intermedio lo estropee.
{%- when "redirect" -%}
Responde la página de acceso de una red o un proxy, o bien la API se ha mudado: ponga en {{ its_url }} la dirección que da eNom.
{%- when "web-page" -%}
Es un proxy, la página de acceso de una red o la página de mantenimiento de eNom. Con un código de 500 a 504, espere: Certfleet continuará solo. Si no, revise {{ its_url }} y el proxy.
{%- when "unreadable-answer" -%}
Compruebe que {{ its_url }} termine en /interface.asp. Si es así y el problema persiste, pregunte a eNom.
{%- when "maintenance" -%}
Espere. {{ goes_on }}
{%- when "login-refused" -%}
Corrija el nombre de usuario y la contraseña de la cuenta {{ account }}. Los cambios en certfleet.yaml, o en el archivo que este o NAME_FILE indique, se aplican enseguida. Los de ENOM_USERNAME y ENOM_PASSWORD, al reiniciar los workers.
{%- when "address-not-permitted" -%}
Registre en eNom (Resellers, Manage, API) la dirección que aparece en el mensaje de arriba. Si no aparece ninguna, registre la dirección de salida de esta máquina: detrás de un router o un proxy no es la suya propia.
{%- when "trouble-at-enom" -%}
{{ goes_on }} Si persiste, pregunte a eNom.
{%- when "refused" -%}
El motivo está en el mensaje de eNom. Si no basta, pregunte al soporte de eNom.
{%- when "budget-used-up" -%}
Vuelva a comprobarlo dentro de un momento. Si persiste, aumente requestsPerSecond de la cuenta hasta donde eNom lo permita.
{%- else -%}
{{ advice }}
{%- endcase -%}
