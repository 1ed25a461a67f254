for (const button of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  const show = (visible) => {
    field.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", String(visible));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  // Hidden again before it is sent, so that no browser keeps it among the texts it offers to fill in.
  field.form.addEventListener("submit", () => show(false));
}
