// SPDX-License-Identifier: MIT
// The state of one task board, without a socket and without a page.
//
// What is shown = the gateway's rows, folded in logSeq order (the last writer wins), with our own undecided writes laid
// over them. A write that is refused is taken out of the overlay, and the rows shine through again: that is the rollback.

export const MaxQueuedWrites = 500;
const BatchIntents = 50; // the contract's limit
const MaxRefusals = 20;
const MaxTombstones = 2000;
const Intents = new Set(['TODO_CREATE', 'TODO_UPDATE', 'TODO_DELETE']);

/** Random and long enough to be unique. (crypto.randomUUID is missing on plain-http pages other than localhost.) */
export function newId() {
    return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What the backend said about a refused intent, in its ack entry or in its row. */
function reasonOf(verdict) {
    return verdict?.message ?? verdict?.code ?? 'no reason given';
}

/** Event: change. */
export class Board extends EventTarget {
    #tasks = new Map(); // task id -> {id, title, done, isDeleted, seq, firstSeq, ackMs, isReplayed}
    #outbox = []; // {id, intent, payload, clock, state: queued | pending | failed, reason, sentAtMs, wasSent}
    #refusals = new Map(); // task id -> {id, title, intent, state, reason, logSeq}
    #storageKey;

    /** Undecided writes live in the tab's session storage under \p storageKey, so a reload does not lose them. */
    constructor(storageKey) {
        super();
        this.#storageKey = storageKey;
        try {
            this.#outbox = JSON.parse(sessionStorage.getItem(storageKey)) ?? [];
        } catch {
            this.#outbox = [];
        }
        this.requeue();
    }

    get queuedCount() { return this.#count('queued'); }
    get pendingCount() { return this.#count('pending'); }

    /** Shows the write at once and queues it. False when the queue is full. */
    write(intent, { id, title, done }) {
        if (this.#outbox.length >= MaxQueuedWrites)
            return false;
        this.#refusals.delete(id);
        const payload = { id, title, done };
        this.#outbox.push({ id: newId(), intent, payload, clock: Date.now(), state: 'queued', reason: '', wasSent: false });
        this.#changed();
        return true;
    }

    /** The next queued writes, now pending. Writes keep their order and their ids. */
    takeBatch(nowMs) {
        const batch = this.#outbox.filter((entry) => entry.state === 'queued').slice(0, BatchIntents);
        for (const entry of batch)
            Object.assign(entry, { state: 'pending', reason: '', sentAtMs: nowMs, wasSent: true });
        if (batch.length > 0)
            this.#changed();
        return batch;
    }

    /**
     * The connection is gone, or an ack is overdue: what was sent may or may not have arrived. Sending it again under the
     * same id is safe, because the gateway answers a known id with the stored outcome.
     */
    requeue(sentBeforeMs = Infinity) {
        const unsure = this.#outbox.filter((entry) => entry.state === 'pending' && entry.sentAtMs <= sentBeforeMs);
        for (const entry of unsure)
            entry.state = 'queued';
        if (unsure.length > 0)
            this.#changed();
        return unsure.length;
    }

    retry(taskId) {
        for (const entry of this.#outbox) {
            if (entry.payload.id === taskId && entry.state === 'failed')
                Object.assign(entry, { state: 'queued', wasSent: false });
        }
        this.#changed();
    }

    /** Gives up failed writes of a task, or puts a refusal away. */
    dismiss(taskId) {
        this.#refusals.delete(taskId);
        this.#outbox = this.#outbox.filter((entry) => entry.payload.id !== taskId || entry.state !== 'failed');
        this.#changed();
    }

    /** Outcomes from an ack frame. */
    applyAck(outcomes, nowMs) {
        for (const outcome of outcomes) {
            const entry = this.#outbox.find((each) => each.id === outcome.id);
            if (!entry || outcome.status === 'pending')
                continue;
            if (outcome.status === 'acked')
                this.#settle(entry, outcome.logSeq, nowMs - entry.sentAtMs);
            else
                this.#refuse(entry, outcome.status, reasonOf(outcome), outcome.logSeq);
        }
        this.#changed();
    }

    /** An error frame that names intents: they were not stored. */
    applyError(intentIds, reason) {
        for (const entry of this.#outbox.filter((each) => intentIds.includes(each.id)))
            Object.assign(entry, { state: 'failed', reason });
        this.#changed();
    }

    /** Rows of the gateway in any order, any number of times. */
    applyRows(rows, source) {
        for (const row of rows) {
            if (!Intents.has(row.intent) || typeof row.payload?.id !== 'string')
                continue;
            const status = row.status ?? 'acked'; // only accepted rows are fanned out, and those carry no status
            const entry = this.#outbox.find((each) => each.id === row.id);
            if (status === 'acked') {
                if (entry)
                    this.#settle(entry, row.logSeq, null);
                this.#fold(row, source === 'replay');
            } else if (entry && (entry.wasSent || entry.state === 'failed')) {
                this.#refuse(entry, status, reasonOf(row.backend), row.logSeq);
            }
        }
        this.#changed();
    }

    /** The rows known so far belong to another history. Our own undecided writes stay. */
    reset() {
        this.#tasks.clear();
        this.#changed();
    }

    forgetReplayMarks() {
        for (const task of this.#tasks.values())
            task.isReplayed = false;
        this.#changed();
    }

    /** What to show, newest first: {id, title, done, isDeleted, state, reason, ackMs, isReplayed, isGhost}. */
    view() {
        const shown = new Map();
        for (const task of this.#tasks.values()) {
            if (!task.isDeleted)
                shown.set(task.id, { ...task, state: 'acked', reason: '' });
        }
        this.#outbox.forEach((entry, index) => {
            const { id, title, done } = entry.payload;
            const below = shown.get(id);
            shown.set(id, {
                firstSeq: Number.MAX_SAFE_INTEGER - MaxQueuedWrites + index, ...below, id, title, done,
                isDeleted: entry.intent === 'TODO_DELETE', state: entry.state, reason: entry.reason,
            });
        });
        for (const refusal of this.#refusals.values()) {
            const below = shown.get(refusal.id);
            const ghost = { title: refusal.title, done: false, isGhost: true, firstSeq: refusal.logSeq };
            shown.set(refusal.id, { ...(below ?? ghost), id: refusal.id, state: refusal.state, reason: refusal.reason });
        }
        return [...shown.values()].sort((a, b) => b.firstSeq - a.firstSeq);
    }

    #settle(entry, logSeq, ackMs) {
        this.#outbox = this.#outbox.filter((each) => each !== entry);
        // The ack carries the row's place in the log, so our own write need not wait for its fan-out.
        this.#fold({ intent: entry.intent, payload: entry.payload, logSeq }, false);
        const task = this.#tasks.get(entry.payload.id);
        if (task && ackMs !== null)
            task.ackMs = ackMs;
    }

    #refuse(entry, status, reason, logSeq) {
        // "failed" means the backend was out of reach: the write stays on the board and may be tried again.
        if (status === 'failed') {
            Object.assign(entry, { state: 'failed', reason });
            return;
        }
        this.#outbox = this.#outbox.filter((each) => each !== entry);
        const { id, title } = entry.payload;
        this.#refusals.set(id, { id, title, state: status, reason, logSeq });
        if (this.#refusals.size > MaxRefusals)
            this.#refusals.delete(this.#refusals.keys().next().value);
    }

    #fold({ intent, payload, logSeq }, isReplayed) {
        const known = this.#tasks.get(payload.id);
        if (known && known.seq >= logSeq) {
            known.firstSeq = Math.min(known.firstSeq, logSeq);
            return;
        }
        this.#tasks.set(payload.id, {
            id: payload.id,
            title: String(payload.title ?? known?.title ?? ''),
            done: Boolean(payload.done ?? known?.done),
            isDeleted: intent === 'TODO_DELETE',
            seq: logSeq,
            firstSeq: known?.firstSeq ?? logSeq,
            isReplayed,
        });
    }

    // A deleted task is remembered, so that an older row of it arriving late does not bring it back; the oldest go first.
    #trimTombstones() {
        const deleted = [...this.#tasks.values()].filter((task) => task.isDeleted);
        if (deleted.length <= MaxTombstones)
            return;
        for (const task of deleted.sort((a, b) => a.seq - b.seq).slice(0, deleted.length - MaxTombstones))
            this.#tasks.delete(task.id);
    }

    #count(state) { return this.#outbox.filter((entry) => entry.state === state).length; }

    #changed() {
        this.#trimTombstones();
        try {
            sessionStorage.setItem(this.#storageKey, JSON.stringify(this.#outbox));
        } catch {
            // No storage (private mode, quota): the queue then lives as long as the page.
        }
        this.dispatchEvent(new Event('change'));
    }
}
