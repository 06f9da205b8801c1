// The page: filters, pages of 24 posts, and the address, which holds both so that a view can be shared.
"use strict";

const PAGE = 24;
// An index row is [split, number of images, types (one bit each), flags, rules]; null if the post was withdrawn.
const DISAGREEMENT = 1; // flag in an index row
const view = { index: null, page: 1, chosen: [], turn: 0 };
const byId = (id) => document.getElementById(id);
const filters = byId("filters");
const NOT_SHOWN = "picture"; // rule of posts with a picture that has no thumbnail

gallery.onIndex = (index) => {
  view.index = index;
  fillFilters(index);
  readAddress();
  filters.addEventListener("change", () => go(1));
  filters.addEventListener("reset", () => setTimeout(() => go(1)));
  addEventListener("hashchange", () => { readAddress(); show(); });
  show();
};

// Fill each filter with its choices and the number of posts of each choice.
function fillFilters(index) {
  const posts = index.posts.filter(Boolean);
  const option = (value, words, test) => ({ value, words, count: posts.filter(test).length });
  const most = Math.max(0, ...posts.map((row) => row[1]));
  fillSelect("type", "all", [
    ...index.types.map((type, bit) => option(type, type, (row) => row[2] & (1 << bit))),
    option("none", "no entity", (row) => !row[2]),
  ]);
  fillSelect("images", "all", Array.from({ length: most + 1 }, (_, number) =>
    option(String(number), String(number), (row) => row[1] === number)));
  fillSelect("split", "all", index.splits.map((split) => option(split, split, (row) => row[0] === split)));
  fillSelect("disagreement", "all", [
    option("yes", "disagree", (row) => row[3] & DISAGREEMENT),
    option("no", "do not disagree", (row) => !(row[3] & DISAGREEMENT)),
  ]);
  filters.elements.disagreement.closest("label").hidden = !index.has_corpus;
  fillSelect("problem", "all", [
    option("any", "any problem", (row) => row[4].length),
    option("none", "no problem", (row) => !row[4].length),
    ...index.rules.map((rule, number) =>
      option(`rule:${rule}`, rule === NOT_SHOWN ? "picture not shown" : rule, (row) => row[4].includes(number))),
  ]);
}

function fillSelect(name, all, options) {
  const made = [new Option(all, "")];
  for (const one of options) {
    if (one.count) made.push(new Option(`${one.words} (${one.count.toLocaleString("en")})`, one.value));
  }
  filters.elements[name].replaceChildren(...made);
}

function matches(row) {
  const { type, images, split, disagreement, problem } = filters.elements;
  const { types, rules } = view.index;
  if (type.value === "none" ? row[2] : type.value && !(row[2] & (1 << types.indexOf(type.value)))) return false;
  if (images.value && row[1] !== Number(images.value)) return false;
  if (split.value && row[0] !== split.value) return false;
  if (disagreement.value && (disagreement.value === "yes") !== Boolean(row[3] & DISAGREEMENT)) return false;
  if (problem.value === "any") return row[4].length > 0;
  if (problem.value === "none") return row[4].length === 0;
  return !problem.value || row[4].includes(rules.indexOf(problem.value.slice("rule:".length)));
}

function go(page) {
  const named = new URLSearchParams();
  for (const field of filters.elements) if (field.name && field.value) named.set(field.name, field.value);
  if (page > 1) named.set("page", page);
  const address = `#${named}`;
  if (address === location.hash || (address === "#" && !location.hash)) show();
  else location.hash = address;
}

function readAddress() {
  const named = new URLSearchParams(location.hash.slice(1));
  for (const field of filters.elements) {
    if (field.name) field.value = named.get(field.name) ?? "";
    if (field.name && field.selectedIndex < 0) field.value = "";
  }
  view.page = Math.max(1, Number.parseInt(named.get("page") ?? "1", 10) || 1);
}

async function show() {
  const turn = (view.turn += 1);
  const rows = view.index.posts;
  const chosen = [];
  rows.forEach((row, number) => { if (row && matches(row)) chosen.push(number); });
  const last = Math.max(1, Math.ceil(chosen.length / PAGE));
  const page = Math.min(view.page, last);
  const total = rows.filter(Boolean).length;
  byId("count").textContent = chosen.length === total
    ? `${total.toLocaleString("en")} posts`
    : `${chosen.length.toLocaleString("en")} of ${total.toLocaleString("en")} posts`;
  for (const id of ["pages", "more"]) byId(id).replaceChildren(...pageLinks(page, last));
  const { chunk } = view.index;
  const numbers = chosen.slice((page - 1) * PAGE, page * PAGE);
  try {
    const posts = await Promise.all(numbers.map(async (number) =>
      (await gallery.chunk(Math.floor(number / chunk)))[number % chunk]));
    if (turn !== view.turn) return; // the filter changed meanwhile
    byId("posts").replaceChildren(...posts.filter(Boolean).map(postElement));
    if (!posts.length) byId("posts").append(element("p", "nothing", "No post matches."));
  } catch (error) {
    byId("posts").replaceChildren(element("p", "nothing", `${error.message}: is the folder complete?`));
  }
  document.body.dataset.shown = String(turn);
}

function pageLinks(page, last) {
  if (last === 1) return [];
  const button = (words, target, isOff) => {
    const made = element("button", "", words);
    made.type = "button";
    made.disabled = isOff;
    made.addEventListener("click", () => { go(target); scrollTo(0, 0); });
    return made;
  };
  return [
    button("first", 1, page === 1),
    button("back", page - 1, page === 1),
    element("span", "", `page ${page.toLocaleString("en")} of ${last.toLocaleString("en")}`),
    button("next", page + 1, page === last),
    button("last", last, page === last),
  ];
}
