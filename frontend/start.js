// Starts the app. The address of the module is filled in by the build.
import init from "./app.js";

init({ module_or_path: WASM_URL }).catch((reason) => {
  document.getElementById("boot")?.classList.add("app-boot--failed");
  console.error(reason);
});
