// The languages of the page, and which one was chosen.

export const LANGUAGES = [
  ["en", "English"],
  ["ru", "Русский"],
];

/// Returns the language for a tag such as `ru-RU`.
export function languageOf(tag) {
  return tag.toLowerCase().startsWith("ru") ? "ru" : "en";
}

const KEY = "language";

/// Returns the language that was chosen before, or else that of the browser.
export function storedLanguage() {
  let stored = null;
  try {
    stored = localStorage.getItem(KEY);
  } catch {
    // The browser blocks the storage of pages.
  }
  return languageOf(stored ?? navigator.language);
}

export function storeLanguage(language) {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // It is chosen until the page is loaded again.
  }
}
