// A page opened from disk cannot start a worker, which search needs. There the script runs in a hidden frame.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inside = frame.contentWindow;
      inside.document.open(); // otherwise Firefox replaces the page of the frame later
      inside.document.write("<body>");
      inside.document.close();
      const script = inside.document.createElement("script");
      this.ready = new Promise((loaded) => script.addEventListener("load", () => loaded(inside)));
      script.addEventListener("error", () => this.dispatchEvent(new ErrorEvent("error", { filename: url })));
      inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      script.src = url;
      inside.document.body.append(script);
    }

    postMessage(data) {
      this.ready.then((inside) => inside.dispatchEvent(new MessageEvent("message", { data })));
    }
  };
}
