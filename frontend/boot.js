// Runs before the first paint: the theme and the language that were chosen, so that nothing flashes, and the one
// Trusted Types policy. It has only createHTML, for the static markup that Leptos builds through templates; text never
// passes here, so anything that could run is a defect and is refused.
window.trustedTypes?.createPolicy("default", {
  createHTML: (html) => (/<script|<[^>]*[\s/"']on[a-z]+\s*=|javascript:/i.test(html) ? null : html),
});

const root = document.documentElement;
const stored = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

const theme = stored("slipway.theme");
const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
root.classList.toggle("pf-v6-theme-dark", dark);

const spoken = [stored("slipway.language"), ...navigator.languages].find((language) => /^(zh|en)\b/i.test(language ?? ""));
root.lang = /^zh/i.test(spoken ?? "") ? "zh-CN" : "en";
