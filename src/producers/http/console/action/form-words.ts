// The words of the forms that act on an order.
import { wordsIn } from "../frame/language.ts";

export const formWords = wordsIn({
  en: {
    reason: "Why",
    sameCsr: "Leave it empty to use the last CSR again.",
    approver: "Approver's e-mail",
    approverHint:
      "Only for validation by e-mail: an address that the authority may write to, such as admin@ the domain.",
    method: "Validation method",
    "method-dns": "DNS record",
    "method-file": "file on the web server",
    "method-email": "e-mail",
    mode: "What happens before the end",
    "mode-auto": "auto: reissue and renew by itself",
    "mode-manual": "manual: remind the customer",
    "mode-none": "none: do nothing",
    beforeDays: "Days before the end",
    pemHint: "The certificate and, where you have it, its chain.",
    template: "Mail",
    preview: "See the mails",
    years: "More years",
    whatHappens: "What happens",
    back: "Back",
    readCsr: "Read the CSR",
    noCsr: "Paste a CSR: its names and faults are shown here.",
    csrDomain: "Domain",
    csrNames: "Names",
    csrSubject: "Subject",
    csrFine: "No fault was found in it.",
    notDone: "Nothing was changed.",
    aboutReissue:
      "eNom is asked for a new certificate within the paid term. It costs nothing. The present one stays valid until the new one is there. The domain may have to be validated again.",
    aboutCsr:
      "The CSR, and with it the name, is changed until the certificate is issued. The slot and its money stay. What is at the authority is called back first.",
    aboutApprover: "The approval mail goes to this address from now on. It costs nothing.",
    aboutMethod: "Chosen now if the order waits for the owner, else agreed for the next validation. It costs nothing.",
    aboutLook: "A worker asks eNom now whether the certificate is there. Nothing is changed.",
    aboutTakeIn:
      "For a certificate that was fetched in the authority's portal or eNom's panel. It is checked; what does not fit is refused and changes nothing. It costs nothing.",
    aboutMail: "The mail goes to the customer of this order once more.",
    aboutContacts:
      "Who gets the mails, and who is named to the certificate authority. Contacts that were given to eNom already are used at the next reissue.",
    aboutCancel:
      "Nothing more is bought or reissued for this order. The order at eNom is cancelled, too, where eNom still allows it.",
    priceUnknown: "The price of the account's catalogue is not known here.",
    aboutResend: (to: string) =>
      `The authority is asked to send the approval mail to ${to} once more. It costs nothing.`,
    aboutPolicy: (source: string) => `The policy in force comes from: ${source}. What you choose here goes before it.`,
    aboutExtend: (years: string, until: string) =>
      `Paid are ${years} years, until ${until}. What eNom has not sold yet is bought when it is due: money is spent then.`,
    priceOfYear: (price: string) => `One year costs ${price} by the account's catalogue.`,
    confirm: (reference: string) => `To confirm, type ${reference}`,
    wrongConfirm: (reference: string) => `Type ${reference} to confirm.`,
  },
  es: {
    reason: "Motivo",
    sameCsr: "Déjelo vacío para usar de nuevo la última CSR.",
    approver: "Correo del aprobador",
    approverHint:
      "Solo para la validación por correo: una dirección a la que la autoridad pueda escribir, como admin@ del dominio.",
    method: "Método de validación",
    "method-dns": "registro DNS",
    "method-file": "archivo en el servidor web",
    "method-email": "correo electrónico",
    mode: "Qué ocurre antes del final",
    "mode-auto": "auto: reemitir y renovar automáticamente",
    "mode-manual": "manual: recordar al cliente",
    "mode-none": "none: no hacer nada",
    beforeDays: "Días antes del final",
    pemHint: "El certificado y, si la tiene, su cadena.",
    template: "Correo",
    preview: "Ver los correos",
    years: "Años adicionales",
    whatHappens: "Qué ocurrirá",
    back: "Volver",
    readCsr: "Leer la CSR",
    noCsr: "Pegue una CSR: aquí se muestran sus nombres y errores.",
    csrDomain: "Dominio",
    csrNames: "Nombres",
    csrSubject: "Sujeto",
    csrFine: "No se ha encontrado ningún error.",
    notDone: "No se ha cambiado nada.",
    aboutReissue:
      "Se pide a eNom un certificado nuevo dentro del periodo pagado. No cuesta nada. El actual sigue siendo válido hasta que llegue el nuevo. Puede que haya que validar el dominio otra vez.",
    aboutCsr:
      "La CSR, y con ella el nombre, se cambia mientras el certificado no esté emitido. La compra y su dinero se conservan. Lo que está en la autoridad se retira primero.",
    aboutApprover: "A partir de ahora el correo de aprobación va a esta dirección. No cuesta nada.",
    aboutMethod:
      "Se aplica ahora si el pedido espera al propietario; si no, queda acordado para la próxima validación. No cuesta nada.",
    aboutLook: "Un worker pregunta ahora a eNom si el certificado está listo. No se cambia nada.",
    aboutTakeIn:
      "Para un certificado obtenido en el portal de la autoridad o en el panel de eNom. Se comprueba; lo que no encaja se rechaza y no cambia nada. No cuesta nada.",
    aboutMail: "El correo se envía otra vez al cliente de este pedido.",
    aboutContacts:
      "Quién recibe los correos y quién se nombra ante la autoridad. Los contactos ya entregados a eNom se usan en la próxima reemisión.",
    aboutCancel:
      "No se compra ni se reemite nada más para este pedido. El pedido en eNom también se cancela, si eNom aún lo permite.",
    priceUnknown: "El precio según el catálogo de la cuenta no se conoce aquí.",
    aboutResend: (to) => `Se pide a la autoridad que envíe otra vez el correo de aprobación a ${to}. No cuesta nada.`,
    aboutPolicy: (source) => `La política vigente procede de: ${source}. Lo que elija aquí tiene prioridad.`,
    aboutExtend: (years, until) =>
      `Hay ${years} años pagados, hasta ${until}. Lo que eNom aún no ha vendido se compra cuando toque: entonces se gasta dinero.`,
    priceOfYear: (price) => `Un año cuesta ${price} según el catálogo de la cuenta.`,
    confirm: (reference) => `Para confirmar, escriba ${reference}`,
    wrongConfirm: (reference) => `Escriba ${reference} para confirmar.`,
  },
  ru: {
    reason: "Причина",
    sameCsr: "Оставьте пустым, чтобы использовать прежний CSR.",
    approver: "Адрес подтверждающего",
    approverHint:
      "Только для подтверждения письмом: адрес, на который может писать центр сертификации, например admin@ домена.",
    method: "Способ подтверждения",
    "method-dns": "запись DNS",
    "method-file": "файл на веб-сервере",
    "method-email": "письмо",
    mode: "Что делать перед окончанием",
    "mode-auto": "auto: перевыпускать и продлевать автоматически",
    "mode-manual": "manual: напомнить клиенту",
    "mode-none": "none: ничего не делать",
    beforeDays: "За сколько дней до окончания",
    pemHint: "Сертификат и, если есть, его цепочка.",
    template: "Письмо",
    preview: "Посмотреть письма",
    years: "Сколько лет добавить",
    whatHappens: "Что произойдёт",
    back: "Назад",
    readCsr: "Прочитать CSR",
    noCsr: "Вставьте CSR: здесь появятся его имена и ошибки.",
    csrDomain: "Домен",
    csrNames: "Имена",
    csrSubject: "Субъект",
    csrFine: "Ошибок не найдено.",
    notDone: "Ничего не изменено.",
    aboutReissue:
      "У eNom запрашивается новый сертификат в пределах оплаченного срока. Это бесплатно. Прежний действует, пока не придёт новый. Возможно, домен придётся подтвердить ещё раз.",
    aboutCsr:
      "CSR, а с ним и имя, меняется, пока сертификат не выпущен. Купленный слот и деньги остаются. Запрос в центре сертификации сначала отзывается.",
    aboutApprover: "Письмо для подтверждения отныне приходит на этот адрес. Это бесплатно.",
    aboutMethod:
      "Применяется сейчас, если заказ ждёт владельца; иначе согласуется на следующее подтверждение. Это бесплатно.",
    aboutLook: "Воркер сейчас спросит eNom, готов ли сертификат. Ничего не меняется.",
    aboutTakeIn:
      "Для сертификата, полученного на портале центра сертификации или в панели eNom. Он проверяется; неподходящий отклоняется, и ничего не меняется. Это бесплатно.",
    aboutMail: "Письмо ещё раз уйдёт клиенту этого заказа.",
    aboutContacts:
      "Кто получает письма и кто назван центру сертификации. Уже переданные в eNom контакты меняются при следующем перевыпуске.",
    aboutCancel:
      "По этому заказу больше ничего не покупается и не перевыпускается. Заказ в eNom тоже отменяется, если eNom ещё позволяет.",
    priceUnknown: "Цена по каталогу счёта здесь неизвестна.",
    aboutResend: (to) => `Центр сертификации ещё раз отправит письмо для подтверждения на ${to}. Это бесплатно.`,
    aboutPolicy: (source) => `Действующая политика взята из: ${source}. Выбранное здесь важнее.`,
    aboutExtend: (years, until) =>
      `Оплачено лет: ${years}, до ${until}. То, чего eNom ещё не продал, будет куплено в свой срок: тогда тратятся деньги.`,
    priceOfYear: (price) => `Один год стоит ${price} по каталогу счёта.`,
    confirm: (reference) => `Для подтверждения введите ${reference}`,
    wrongConfirm: (reference) => `Введите ${reference} для подтверждения.`,
  },
});
