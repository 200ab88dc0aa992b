// SPDX-License-Identifier: MIT
// One client of the gateway: a WebSocket, its handshake, and how it comes back after a broken connection.
//
// The conversation, in order:
//   GET /optimistic/ws?role=leader&site=...&subprotocol=1.0.0[&cursor=n]
//   <- hello              who we are on this connection
//   <- replay             the rows after our cursor (at most 500)
//   -> channel.subscribe  <- channel.ack, channel.snapshot (the newest 200 rows of the channel)
//   -> channel.resync     only when one of the two was full, so that something may lie between them
//   live: -> intent.batch <- ack   and   <- channel.invalidate with everybody's new rows

const Subprotocol = '1.0.0';
const FirstDelayMs = 1000;
const DelayFactor = 1.5;
const LongestDelayMs = 15000;
const PingEveryMs = 5000;
const UnansweredPings = 2;

// Page sizes of the protocol: a page this long may have been cut.
const ReplayRows = 500;
const SnapshotRows = 200;
const ResyncRows = 1000;

const CloseProtocol = 4001;

/**
 * Events (detail in brackets): state; frame {direction, text}; reset {reason}; rows {rows, source}; live {rows};
 * lost; ack {intents}; refusal {code, message, ...}; facts; tick.
 * States: connecting, joining, live, reconnecting, offline, refused.
 */
export class GatewayClient extends EventTarget {
    constructor({ site, channel }) {
        super();
        this.site = site;
        this.channel = channel;
        this.state = 'offline';
        this.connectionId = '';
        this.roundTripMs = null;
        this.retryAtMs = 0;
        // The number of the last row we have seen, with nothing missing before it. null: never connected.
        this.cursor = null;
        this.failures = 0;
    }

    get isLive() { return this.state === 'live'; }

    connect() {
        clearTimeout(this.retryTimer);
        this.resumedFrom = this.cursor;
        this.highest = this.cursor ?? 0;
        this.replayedRows = 0;
        this.pings = [];
        this.#setState('connecting');

        const query = new URLSearchParams({ role: 'leader', site: this.site, subprotocol: Subprotocol });
        if (this.cursor !== null)
            query.set('cursor', this.cursor);
        const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
        const socket = new WebSocket(`${scheme}://${location.host}/optimistic/ws?${query}`);
        this.socket = socket;
        socket.onopen = () => this.#setState('joining');
        socket.onmessage = (message) => this.#received(message.data);
        socket.onclose = (event) => this.#closed(event);
    }

    /** Closes the socket and stays away until connect(). */
    goOffline() {
        this.#dropSocket();
        clearTimeout(this.retryTimer);
        this.failures = 0;
        this.#setState('offline');
        this.#emit('lost');
    }

    /** Up to 50 intents of {id, intent, payload, clock}. False when there is no live connection. */
    sendIntents(intents) {
        const batch = intents.map(({ id, intent, payload, clock }) => ({
            id, intent, payload, meta: { clock, channels: [this.channel] },
        }));
        return this.isLive && this.send({ type: 'intent.batch', intents: batch });
    }

    send(frame) {
        if (this.socket?.readyState !== WebSocket.OPEN)
            return false;
        const text = JSON.stringify(frame);
        this.socket.send(text);
        this.#emit('frame', { direction: 'out', text });
        return true;
    }

    #received(text) {
        this.#emit('frame', { direction: 'in', text });
        const frame = JSON.parse(text);
        switch (frame.type) {
        case 'hello': return this.#onHello(frame);
        case 'replay': return this.#onReplay(frame);
        case 'channel.ack': return this.#onChannelAck(frame);
        case 'channel.snapshot': return this.#onSnapshot(frame);
        case 'channel.replay': return this.#onResync(frame);
        case 'channel.invalidate': return this.#onInvalidate(frame);
        case 'ack': return this.#emit('ack', { intents: frame.intents });
        case 'pong': return this.#onPong();
        case 'error':
        case 'channel.close': return this.#emit('refusal', frame);
        }
    }

    #onHello(frame) {
        this.connectionId = frame.connectionId;
        this.#emit('facts');
    }

    #onReplay(frame) {
        // A gap means our cursor is of no use here: the store was replaced, or the rows after it are gone.
        // What we believed is thrown away, and the rows that come now are the truth.
        if (frame.continuity === 'gap')
            this.#startOver(frame.gapReason);
        this.cursor = frame.cursor;
        this.mayMissRows = frame.intents.length >= ReplayRows;
        this.replayedRows = frame.intents.length;
        this.#take(frame, this.resumedFrom === null ? 'snapshot' : 'replay');
        this.#subscribe();
    }

    #subscribe() {
        this.send({ type: 'channel.subscribe', channel: this.channel });
    }

    #onChannelAck(frame) {
        if (frame.status === 'ok')
            return;
        if (frame.retryAfterMs) {
            // All sockets of one user share the subscribe limit; quick reloads reach it.
            this.retryAtMs = Date.now() + frame.retryAfterMs;
            this.retryTimer = setTimeout(() => this.#subscribe(), frame.retryAfterMs);
        } else {
            this.#emit('refusal', { ...frame, message: `Channel "${frame.channel}" could not be joined` });
        }
    }

    #onSnapshot(frame) {
        const oldest = frame.intents[0]?.logSeq ?? 0;
        if (frame.intents.length >= SnapshotRows && oldest > this.cursor + 1)
            this.mayMissRows = true;
        this.#take(frame, 'snapshot');
        if (this.mayMissRows)
            this.#resync(this.cursor, ResyncRows);
        else
            this.#becomeLive();
    }

    #resync(cursor, limit) {
        this.send({ type: 'channel.resync', channel: this.channel, cursor, limit });
    }

    #onResync(frame) {
        if (frame.status === 'error')
            return this.#emit('refusal', frame);
        if (this.isLive)
            return this.#take(frame, 'row');
        this.cursor = frame.cursor;
        if (this.resumedFrom !== null)
            this.replayedRows += frame.intents.length;
        this.#take(frame, this.resumedFrom === null ? 'snapshot' : 'replay');
        if (frame.intents.length >= ResyncRows)
            this.#resync(this.cursor, ResyncRows);
        else
            this.#becomeLive();
    }

    #onInvalidate(frame) {
        this.#take(frame, 'live');
        // While pages are still missing the cursor stays behind, or a broken connection now would leave a hole.
        if (this.isLive) {
            this.cursor = Math.max(this.cursor, frame.cursor);
            this.#emit('facts');
        }
    }

    #take(frame, source) {
        if (source !== 'row')
            this.highest = Math.max(this.highest, frame.cursor);
        this.#emit('rows', { rows: frame.intents, source });
    }

    #becomeLive() {
        this.cursor = Math.max(this.cursor, this.highest);
        this.failures = 0;
        this.#setState('live');
        this.#emit('live', { resumedFrom: this.resumedFrom, replayed: this.replayedRows });
        this.#ping();
        clearInterval(this.pingTimer);
        this.pingTimer = setInterval(() => this.#tick(), PingEveryMs);
    }

    #startOver(reason) {
        this.cursor = null;
        this.resumedFrom = null;
        this.highest = 0;
        this.#emit('reset', { reason });
    }

    #tick() {
        // A socket whose other end has vanished stays "open" for minutes; only silence gives it away.
        if (this.pings.length >= UnansweredPings) {
            this.#dropSocket();
            this.#reconnectLater();
            return;
        }
        this.#ping();
        this.#emit('tick');
    }

    #ping() {
        this.pings.push(performance.now());
        this.send({ type: 'ping' });
    }

    #onPong() {
        // A ping may have been refused by the message limit; the newest one is what was just answered.
        this.roundTripMs = performance.now() - this.pings.at(-1);
        this.pings = [];
        this.#emit('facts');
    }

    #closed(event) {
        this.#dropSocket();
        if (event.code === CloseProtocol) {
            this.#setState('refused');
            this.#emit('lost');
        } else {
            this.#reconnectLater();
        }
    }

    #reconnectLater() {
        const delayMs = Math.min(FirstDelayMs * DelayFactor ** this.failures, LongestDelayMs);
        this.failures += 1;
        this.retryAtMs = Date.now() + delayMs;
        clearTimeout(this.retryTimer);
        this.retryTimer = setTimeout(() => this.connect(), delayMs);
        this.#setState('reconnecting');
        this.#emit('lost');
    }

    #dropSocket() {
        clearInterval(this.pingTimer);
        this.connectionId = '';
        this.roundTripMs = null;
        if (!this.socket)
            return;
        this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
        this.socket.close();
        this.socket = null;
    }

    #setState(state) {
        this.state = state;
        this.#emit('state');
    }

    #emit(type, detail = {}) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }
}
