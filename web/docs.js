// Starts Swagger UI on this service's own contract. Paths without a host: it works on any host and port.
"use strict";

// Swagger UI would write the example of each parameter into its field, and so send it: an Idempotency-Key that was used before, a
// filter that nobody chose. Only what must be filled in keeps its example; that of the others is told, where no default or list of
// values tells as much.
function tell(parameter) {
  const { "x-example": example, ...rest } = parameter;
  if (example === undefined || parameter.required) {
    return parameter;
  }
  const isClear = "default" in rest || "enum" in rest;
  return isClear ? rest : { ...rest, description: `${rest.description}. For example: \`${example}\`` };
}

function tellAll(item) {
  return Array.isArray(item.parameters) ? { ...item, parameters: item.parameters.map(tell) } : item;
}

function eachOf(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function withoutGuesses(contract) {
  const paths = eachOf(contract.paths, (path) => tellAll(eachOf(path, tellAll)));
  return { ...contract, paths, parameters: eachOf(contract.parameters, tell) };
}

const OptionalFieldsEmpty = () => ({
  statePlugins: { spec: { wrapActions: { updateJsonSpec: (update) => (contract) => update(withoutGuesses(contract)) } } },
});

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
  plugins: [OptionalFieldsEmpty],
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});

// A public client: it has no id of its own. The service ignores the empty Basic header that Swagger UI sends.
ui.initOAuth({ clientId: "", clientSecret: "" });
