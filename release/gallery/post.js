// Make the elements of a post. All text comes from strangers, so it becomes text nodes and nothing else.
// Control characters, and those that change the reading direction around them, are shown by code point.
"use strict";

const CONTROLS = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069])/;

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  for (const child of children) {
    if (typeof child === "string") putText(made, child);
    else if (child) made.append(child);
  }
  return made;
}

function putText(parent, text) {
  for (const part of text.split(CONTROLS)) {
    if (CONTROLS.test(part)) {
      const code = part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      const named = document.createElement("span");
      named.className = "control";
      named.textContent = `U+${code}`;
      parent.append(named);
    } else if (part) {
      parent.append(part);
    }
  }
}

function postElement(post) {
  const made = element("article", "post", head(post), text(post));
  if (post.pictures.length) made.append(pictures(post));
  if (post.readings.length) made.append(readings(post.readings));
  if (post.problems.length) made.append(problems(post.problems));
  return made;
}

function head(post) {
  const id = element("bdi", "id", post.id);
  const made = element("div", "head", id, element("span", "split", post.split));
  if (post.origin) made.append(element("span", "origin", post.origin));
  if (post.readings.length) made.append(element("span", "flag", "disagreement"));
  if (post.is_link) {
    const link = element("a", "link", "post on X");
    link.href = post.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
    made.append(link);
  } else if (post.url) {
    made.append(element("bdi", "address", post.url));
  }
  return made;
}

function text(post) {
  const made = element("p", "text");
  made.dir = "auto";
  made.tabIndex = 0; // so that keys can scroll a long text
  for (const piece of post.pieces) {
    if (typeof piece === "string") putText(made, piece);
    else made.append(mark(piece));
  }
  return made;
}

function mark([words, type, evidence]) {
  const label = element("span", "label", type);
  if (evidence.length) {
    label.append(element("span", "evidence", ` ${evidence.join(" ")}`));
    label.title = `evidence: image ${evidence.join(", ")}`;
  }
  return element("mark", type, element("bdi", "", words), label);
}

function pictures(post) {
  const row = element("div", post.pictures.length === 4 ? "pictures four" : "pictures");
  const show = () => row.replaceChildren(...post.pictures.map(picture));
  if (post.is_sensitive) {
    const number = post.pictures.length;
    const cover = element("button", "cover", `possibly sensitive: show ${number === 1 ? "1 picture" : `${number} pictures`}`);
    cover.type = "button";
    cover.addEventListener("click", show);
    row.append(cover);
  } else {
    show();
  }
  return row;
}

function picture(one, position) {
  const number = element("span", "number", String(position + 1));
  const made = element("figure", "", number);
  if (one.source) {
    const image = document.createElement("img");
    image.loading = "lazy";
    image.decoding = "async";
    image.width = one.width;
    image.height = one.height;
    image.alt = one.alt || `image ${position + 1}`;
    image.src = one.source;
    made.append(image);
  } else {
    made.append(element("div", "none", `not shown: ${one.fault}`));
  }
  if (one.alt) made.append(element("figcaption", "", one.alt));
  return made;
}

function readings(all) {
  const rows = all.map((one) => {
    const row = element("li", "", element("b", "", one.annotators === 1 ? "1 annotator: " : `${one.annotators} annotators: `));
    if (!one.spans.length) row.append("nothing");
    for (const [type, words] of one.spans) row.append(mark([words, type, []]), " ");
    return row;
  });
  return element("details", "readings", element("summary", "", "what the annotators marked"), element("ul", "", ...rows));
}

function problems(all) {
  const rows = all.map((one) => element("li", one.level,
    element("b", "", `${one.level} ${one.rule}`), ": ", element("bdi", "", one.found), "; wanted ", element("bdi", "", one.wanted)));
  return element("ul", "problems", ...rows);
}
