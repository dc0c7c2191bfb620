// Starts Swagger UI on this service's own contract. Paths without a host: it works on any host and port.
"use strict";

const ui = SwaggerUIBundle({
  url: "/swagger.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayOperationId: false,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});

// A public client: it has no id of its own. The service ignores the empty Basic header that Swagger UI sends.
ui.initOAuth({ clientId: "", clientSecret: "" });
