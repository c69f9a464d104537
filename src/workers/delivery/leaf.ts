// The delivery's own name for how both sides find a customer's certificate among others.
export * from "../../shared/delivery/leaf.ts";
