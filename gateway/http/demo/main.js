// SPDX-License-Identifier: MIT
// Puts the page together: two clients with a board and a pane each, and the strip with the gateway's health.
import { Board, MaxQueuedWrites, newId } from '/board.js';
import { GatewayClient } from '/client.js';
import { FrameLog } from '/framelog.js';
import { Pane } from '/pane.js';

const OverdueMs = 8000;
const HealthEveryMs = 10000;
const Site = 'demo';
const Channel = 'global';

// Refused by the contract: no intent may have an empty name, and "meta" is missing.
const BadFrame = { type: 'intent.batch', intents: [{ intent: '', payload: {} }] };

class Seat {
    #board;
    #client = new GatewayClient({ site: Site, channel: Channel });
    #pane;
    #log;
    #isDrawDue = false;

    constructor(title, side, parent) {
        this.#board = new Board(`tidegate-demo-${side}`);
        this.#pane = new Pane(title, side, {
            add: (text) => this.#write('TODO_CREATE', { id: newId(), title: text, done: false }),
            write: (intent, task) => this.#write(intent, task),
            retry: (id) => { this.#board.retry(id); this.#flush(); },
            dismiss: (id) => this.#board.dismiss(id),
            setOffline: (isOffline) => isOffline ? this.#client.goOffline() : this.#client.connect(),
            sendBadFrame: () => this.#client.send(BadFrame),
        });
        parent.append(this.#pane.element);
        this.#log = new FrameLog(this.#pane.element.querySelector('.log'));
        this.#connectParts();
        this.#client.connect();
        setInterval(() => this.#pane.showConnection(this.#client, this.#board), 1000); // the countdown to the next try
    }

    #connectParts() {
        const on = (type, act) => this.#client.addEventListener(type, (event) => act(event.detail));
        on('frame', ({ direction, text }) => this.#log.add(direction, text));
        on('state', () => this.#draw());
        on('facts', () => this.#draw());
        on('rows', ({ rows, source }) => this.#board.applyRows(rows, source));
        on('reset', ({ reason }) => {
            this.#board.reset();
            this.#pane.showNotice(`History could not be resumed (${reason}); the board was read anew.`);
        });
        on('live', (arrival) => {
            if (arrival.resumedFrom !== null)
                this.#pane.showReplay(`replayed ${arrival.replayed}`);
            this.#flush();
        });
        on('lost', () => {
            this.#pane.showReplay('');
            this.#board.forgetReplayMarks();
            this.#board.requeue();
        });
        on('ack', ({ intents }) => {
            this.#board.applyAck(intents, performance.now());
        });
        on('refusal', (refusal) => this.#refused(refusal));
        on('tick', () => {
            if (this.#board.requeue(performance.now() - OverdueMs) > 0)
                this.#flush();
        });
        this.#board.addEventListener('change', () => this.#draw());
    }

    #write(intent, task) {
        if (!this.#board.write(intent, task)) {
            this.#pane.showNotice(`Not added: ${MaxQueuedWrites} writes are waiting already.`);
            this.#draw();
            return false;
        }
        this.#flush();
        return true;
    }

    #flush() {
        while (this.#client.isLive) {
            const batch = this.#board.takeBatch(performance.now());
            if (batch.length === 0)
                return;
            if (!this.#client.sendIntents(batch)) {
                this.#board.requeue();
                return;
            }
        }
    }

    #refused({ code, message, reason, intentId, intentIds }) {
        const text = [code, message ?? reason].filter(Boolean).join(': ');
        this.#pane.showNotice(text);
        this.#board.applyError(intentIds ?? [intentId], text);
    }

    // Many rows come in one turn; the page is drawn once for all of them.
    #draw() {
        if (this.#isDrawDue)
            return;
        this.#isDrawDue = true;
        queueMicrotask(() => {
            this.#isDrawDue = false;
            this.#pane.showTasks(this.#board.view());
            this.#pane.showConnection(this.#client, this.#board);
        });
    }
}

async function showHealth() {
    const chip = document.getElementById('health');
    const started = performance.now();
    try {
        const response = await fetch('/health');
        const { status } = await response.json();
        const tookMs = Math.round(performance.now() - started);
        chip.dataset.health = response.ok ? status : 'limited';
        chip.textContent = response.ok ? `gateway ${status} · ${tookMs} ms` : `health: HTTP ${response.status}`;
    } catch {
        chip.dataset.health = 'unreachable';
        chip.textContent = 'gateway unreachable';
    }
}

const board = document.getElementById('panes');
new Seat('Left client', 'left', board);
new Seat('Right client', 'right', board);
showHealth();
setInterval(showHealth, HealthEveryMs);
