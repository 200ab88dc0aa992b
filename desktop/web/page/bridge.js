// SPDX-License-Identifier: MIT
// The page's side of the bridge, in the page's own world: window.tidegate and window.__TIDEGATE__. The application wraps
// this text in a function of (TidegateOrigin, TidegateInfo) and injects it before any script of the page runs.
"use strict";

if (location.protocol + "//" + location.host !== TidegateOrigin)
    return;

const line = new MessageChannel();
const calls = new Map();
const listeners = new Map();
const links = new Map();
const UnconfirmedChars = 64 * 1024;
let lastId = 0;
let lastLink = 0;
let seenChars = 0;

function say(message) {
    line.port1.postMessage(JSON.stringify(message));
}

class BridgeError extends Error {
    constructor(answer) {
        super(answer.message);
        this.name = "BridgeError";
        this.code = answer.code;
        this.retryable = answer.retryable === true;
    }
}

function call(message) {
    return new Promise((resolve, reject) => {
        const id = ++lastId;
        calls.set(id, { resolve, reject });
        say(Object.assign({ id }, message));
    });
}

// What a client expects of a WebSocket, over a link inside the application. Events: open, message, close, error.
class BridgeSocket extends EventTarget {
    constructor(target) {
        super();
        this.url = String(target);
        this.readyState = BridgeSocket.CONNECTING;
        this.protocol = "";
        this.extensions = "";
        this.binaryType = "blob";
        this.bufferedAmount = 0;
        for (const name of ["open", "message", "close", "error"])
            this["on" + name] = null;
        this._link = ++lastLink;
        links.set(this._link, this);
        say({ op: "connect", link: this._link, target: this.url });
    }

    send(text) {
        if (this.readyState === BridgeSocket.CONNECTING)
            throw new DOMException("The link is not open yet", "InvalidStateError");
        if (this.readyState === BridgeSocket.OPEN)
            say({ op: "send", link: this._link, text: String(text) });
    }

    close() {
        if (this.readyState >= BridgeSocket.CLOSING)
            return;
        this.readyState = BridgeSocket.CLOSING;
        say({ op: "close", link: this._link });
    }

    _tell(event) {
        const handler = this["on" + event.type];
        if (typeof handler === "function")
            handler.call(this, event);
        this.dispatchEvent(event);
    }

    _take(message) {
        if (message.op === "open" && this.readyState === BridgeSocket.CONNECTING) {
            this.readyState = BridgeSocket.OPEN;
            this._tell(new Event("open"));
        } else if (message.op === "message" && this.readyState === BridgeSocket.OPEN) {
            this._tell(new MessageEvent("message", { data: message.text }));
        } else if (message.op === "closed") {
            links.delete(this._link);
            const wasOpen = this.readyState !== BridgeSocket.CONNECTING;
            this.readyState = BridgeSocket.CLOSED;
            if (!wasOpen)
                this._tell(new Event("error"));
            this._tell(new CloseEvent("close", { code: message.code, reason: message.reason, wasClean: wasOpen }));
        }
    }
}
["CONNECTING", "OPEN", "CLOSING", "CLOSED"].forEach((name, value) => {
    BridgeSocket[name] = value;
    BridgeSocket.prototype[name] = value;
});

function take(message) {
    switch (message.op) {
    case "result":
    case "error": {
        const waiting = calls.get(message.id);
        calls.delete(message.id);
        if (waiting && message.op === "result")
            waiting.resolve(message.value);
        else if (waiting)
            waiting.reject(new BridgeError(message));
        break;
    }
    case "event":
        for (const handler of [...(listeners.get(message.event)?.handlers || [])]) {
            try {
                handler(message.payload, message.event);
            } catch (error) {
                reportError(error); // one broken listener must not silence the others
            }
        }
        break;
    default: {
        const link = links.get(message.link);
        if (link)
            link._take(message);
    }
    }
}

line.port1.onmessage = event => {
    seenChars += event.data.length;
    if (seenChars >= UnconfirmedChars) {
        say({ op: "seen", chars: seenChars });
        seenChars = 0;
    }
    take(JSON.parse(event.data));
};

const tidegate = {
    // Promise of the command's value; rejected with an Error that has .code ("FORBIDDEN", "NOT_FOUND", ...).
    invoke(command, args) {
        return call({ op: "invoke", command: String(command), args: args === undefined ? null : args });
    },

    // Promise of a function that ends the listening.
    async listen(event, handler) {
        const name = String(event);
        let entry = listeners.get(name);
        if (!entry) {
            entry = { handlers: new Set(), agreed: call({ op: "listen", event: name }) };
            listeners.set(name, entry);
        }
        try {
            await entry.agreed;
        } catch (error) {
            if (listeners.get(name) === entry)
                listeners.delete(name);
            throw error;
        }
        entry.handlers.add(handler);
        return () => {
            entry.handlers.delete(handler);
            if (entry.handlers.size > 0 || listeners.get(name) !== entry)
                return;
            listeners.delete(name);
            say({ op: "unlisten", event: name });
        };
    },

    connect(target = "/optimistic/ws?role=leader&subprotocol=1.0.0") {
        return new BridgeSocket(target);
    }
};

Object.defineProperty(window, "tidegate", { value: Object.freeze(tidegate), enumerable: true });
Object.defineProperty(window, "__TIDEGATE__", { value: Object.freeze(TidegateInfo) });
// The other half waits in a world of its own, which frames inside this page cannot reach. "/" = this origin only.
window.postMessage("tidegate:bridge", "/", [line.port2]);
