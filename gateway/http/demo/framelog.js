// SPDX-License-Identifier: MIT
// The raw frames of one connection, newest first. Only the last ones are kept.

const MaxFrames = 200;
const MaxFrameChars = 64 * 1024;
const Heartbeats = new Set(['ping', 'pong']);

function typeOf(text) {
    try {
        return String(JSON.parse(text).type ?? 'no type');
    } catch {
        return 'not JSON';
    }
}

function prettyText(text) {
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}

function cut(text) {
    return text.length <= MaxFrameChars ? text : `${text.slice(0, MaxFrameChars)}\n… cut, ${text.length} characters`;
}

function clockText(date) {
    return date.toTimeString().slice(0, 8) + '.' + String(date.getMilliseconds()).padStart(3, '0');
}

export class FrameLog {
    #list;
    #pause;
    #showPings;
    #held = []; // what came in while paused
    #entryTemplate = document.getElementById('frame-template');

    constructor(root) {
        this.#list = root.querySelector('.frames');
        this.#pause = root.querySelector('[data-action=pause]');
        this.#showPings = root.querySelector('[data-action=pings]');
        this.#pause.addEventListener('click', () => this.#setPaused(this.#pause.getAttribute('aria-pressed') !== 'true'));
        root.querySelector('[data-action=clear]').addEventListener('click', () => this.clear());
    }

    add(direction, text) {
        const type = typeOf(text);
        if (Heartbeats.has(type) && !this.#showPings.checked)
            return;
        const frame = { direction, type, text, time: clockText(new Date()) };
        if (this.#isPaused) {
            this.#held = [...this.#held, frame].slice(-MaxFrames);
            this.#labelPause();
        } else {
            this.#show(frame);
        }
    }

    clear() {
        this.#held = [];
        this.#list.replaceChildren();
        this.#labelPause();
    }

    get #isPaused() { return this.#pause.getAttribute('aria-pressed') === 'true'; }

    #setPaused(isPaused) {
        this.#pause.setAttribute('aria-pressed', String(isPaused));
        if (!isPaused)
            this.#held.splice(0).forEach((frame) => this.#show(frame));
        this.#labelPause();
    }

    #labelPause() {
        this.#pause.textContent = this.#held.length > 0 ? `Pause (${this.#held.length} held)` : 'Pause';
    }

    #show({ direction, type, text, time }) {
        const item = this.#entryTemplate.content.cloneNode(true).firstElementChild;
        const details = item.querySelector('details');
        item.dataset.direction = direction;
        item.dataset.type = type;
        item.querySelector('.arrow').textContent = direction === 'out' ? '↑' : '↓';
        item.querySelector('.direction').textContent = direction === 'out' ? 'sent' : 'received';
        item.querySelector('time').textContent = time;
        item.querySelector('.type').textContent = type;
        item.querySelector('.size').textContent = `${new TextEncoder().encode(text).length} B`;
        // Big frames are formatted only for those who look.
        details.addEventListener('toggle', () => {
            details.querySelector('pre').textContent = details.open ? cut(prettyText(text)) : '';
        });
        this.#list.prepend(item);
        while (this.#list.childElementCount > MaxFrames)
            this.#list.lastElementChild.remove();
    }
}
