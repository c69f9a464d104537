// Runs in the browser, on the page of the API reference: shows the document that lies beside it. Relative, so that it
// is found below any path that a proxy gives us.
window.SwaggerUIBundle({
  url: "../openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  syntaxHighlight: { activated: true },
  validatorUrl: null,
});
