// Terms that several pages of the console have in common: what a certificate has, and what a queue holds.

export const certificateTerms = {
  en: {
    product: "Product",
    ends: "Ends",
    next: "Next",
    customer: "Customer",
    brand: "Brand",
    account: "Account",
    certId: "CertID",
    orderId: "Order at eNom",
    serial: "Serial number",
  },
  es: {
    product: "Producto",
    ends: "Termina",
    next: "Próximo paso",
    customer: "Cliente",
    brand: "Marca",
    account: "Cuenta",
    certId: "CertID",
    orderId: "Pedido en eNom",
    serial: "Número de serie",
  },
  ru: {
    product: "Продукт",
    ends: "Истекает",
    next: "Следующий шаг",
    customer: "Клиент",
    brand: "Бренд",
    account: "Счёт",
    certId: "CertID",
    orderId: "Заказ в eNom",
    serial: "Серийный номер",
  },
} as const;

export const queueTerms = {
  en: {
    queues: "Queues",
    queue: "Queue",
    waiting: "Waiting",
    active: "Active",
    delayed: "Delayed",
    failed: "Failed",
  },
  es: {
    queues: "Colas",
    queue: "Cola",
    waiting: "En espera",
    active: "Activos",
    delayed: "Aplazados",
    failed: "Fallidos",
  },
  ru: {
    queues: "Очереди",
    queue: "Очередь",
    waiting: "Ждут",
    active: "В работе",
    delayed: "Отложены",
    failed: "С ошибкой",
  },
} as const;
