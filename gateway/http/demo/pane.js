// SPDX-License-Identifier: MIT
// One pane of the page: shows a board and a connection, and turns clicks into calls of its actions. Foreign text only
// ever becomes textContent.

const StateTexts = {
    connecting: 'connecting',
    joining: 'joining',
    live: 'online',
    reconnecting: 'reconnecting',
    offline: 'offline',
    refused: 'refused',
};

export class Pane {
    #root;
    #actions;
    #items = new Map(); // task id -> its list item
    #taskTemplate = document.getElementById('task-template');

    /** \p actions: write(intent, task), retry(id), dismiss(id), setOffline(isOffline), sendBadFrame(). */
    constructor(title, side, actions) {
        const template = document.getElementById('pane-template');
        this.#root = template.content.cloneNode(true).firstElementChild;
        this.#root.dataset.side = side;
        this.#actions = actions;
        const heading = this.#root.querySelector('h2');
        heading.textContent = title;
        heading.id = `${side}-title`;
        this.#root.setAttribute('aria-labelledby', heading.id);
        this.#connectControls();
    }

    get element() { return this.#root; }

    showConnection(client, board) {
        this.#root.dataset.state = client.state;
        this.#field('state').textContent = StateTexts[client.state];
        this.#field('cursor').textContent = client.cursor === null ? '–' : `#${client.cursor}`;
        this.#field('connection').textContent = client.connectionId.slice(0, 8) || '–';
        this.#field('connection').title = client.connectionId;
        this.#field('roundtrip').textContent = client.roundTripMs === null ? '–' : `${client.roundTripMs.toFixed(1)} ms`;
        this.#field('waiting').textContent = `${board.queuedCount} queued, ${board.pendingCount} pending`;
        this.#root.querySelector('[data-action=bad-frame]').disabled = !client.isLive;
        this.#showHint(client, board);
    }

    /** What the last resume brought; empty text hides it. */
    showReplay(text) {
        this.#field('replay').textContent = text;
        this.#field('replay').hidden = text === '';
    }

    showNotice(text) {
        this.#field('notice').textContent = text;
        this.#root.querySelector('.notice').hidden = text === '';
    }

    showTasks(tasks) {
        const list = this.#root.querySelector('.tasks');
        const gone = new Set(this.#items.keys());
        let next = list.firstElementChild;
        for (const task of tasks) {
            gone.delete(task.id);
            const item = this.#items.get(task.id) ?? this.#addItem(task.id);
            this.#showTask(item, task);
            if (item === next)
                next = next.nextElementSibling;
            else
                list.insertBefore(item, next);
        }
        for (const id of gone) {
            this.#items.get(id).remove();
            this.#items.delete(id);
        }
        const open = tasks.filter((task) => !task.done && !task.isDeleted && !task.isGhost).length;
        this.#field('count').textContent = tasks.length === 0 ? '' : `${open} open of ${tasks.length}`;
    }

    #connectControls() {
        const form = this.#root.querySelector('.add');
        const input = form.elements.title;
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            const title = input.value.trim();
            if (title !== '' && this.#actions.add(title))
                input.value = '';
        });
        input.addEventListener('keydown', (event) => {
            if (event.key === 'Escape')
                input.value = '';
        });
        this.#on('[data-action=offline]', 'change', (event) => this.#actions.setOffline(event.target.checked));
        this.#on('[data-action=dismiss-notice]', 'click', () => this.showNotice(''));
        this.#on('[data-action=bad-frame]', 'click', () => this.#actions.sendBadFrame());
    }

    #showHint(client, board) {
        const seconds = Math.max(0, Math.ceil((client.retryAtMs - Date.now()) / 1000));
        const hints = {
            connecting: 'Connecting to the gateway …',
            joining: seconds > 0 ? `Too many subscriptions. Next try in ${seconds} s.` : 'Reading the board …',
            live: board.view().length === 0 ? 'No tasks yet. Add the first one.' : '',
            reconnecting: `Connection lost. Next try in ${seconds} s; writes are kept until then.`,
            offline: 'Offline. Writes are queued here and sent when you come back.',
            refused: 'The gateway speaks another protocol version. Reload the page.',
        };
        const hint = this.#field('hint');
        hint.textContent = hints[client.state];
        hint.hidden = hint.textContent === '';
    }

    #addItem(id) {
        const item = this.#taskTemplate.content.cloneNode(true).firstElementChild;
        this.#items.set(id, item);
        const on = (selector, type, act) => item.querySelector(selector).addEventListener(type, act);
        on('.done', 'change', (event) => this.#actions.write('TODO_UPDATE', { ...item.task, done: event.target.checked }));
        on('.title', 'dblclick', () => this.#startRename(item));
        on('[data-action=rename]', 'click', () => this.#startRename(item));
        on('[data-action=delete]', 'click', () => this.#actions.write('TODO_DELETE', item.task));
        on('[data-action=retry]', 'click', () => this.#actions.retry(id));
        on('[data-action=dismiss]', 'click', () => this.#actions.dismiss(id));
        on('.rename', 'submit', (event) => {
            event.preventDefault();
            this.#endRename(item, true);
            this.#focusRenameButton(item);
        });
        on('.rename input', 'keydown', (event) => {
            if (event.key !== 'Escape')
                return;
            this.#endRename(item, false);
            this.#focusRenameButton(item);
        });
        on('.rename input', 'blur', () => this.#endRename(item, true));
        return item;
    }

    #showTask(item, task) {
        item.task = task;
        item.dataset.state = task.state;
        item.classList.toggle('is-done', task.done);
        item.classList.toggle('is-deleted', task.isDeleted || task.isGhost === true);
        const find = (selector) => item.querySelector(selector);
        find('.title').textContent = task.title;
        find('.done').checked = task.done;
        find('.done').setAttribute('aria-label', `Done: ${task.title}`);
        const latency = task.state === 'acked' && task.ackMs ? ` ${Math.max(1, Math.round(task.ackMs))} ms` : '';
        find('.badge').textContent = (task.isDeleted ? `delete ${task.state}` : task.state) + latency;
        find('.replayed').hidden = !task.isReplayed;
        find('.reason').textContent = task.reason;
        find('.reason').hidden = task.reason === '';
        const isFailed = task.state === 'failed';
        const isRefused = isFailed || task.state === 'rejected' || task.state === 'conflict';
        const isFixed = task.isGhost === true || task.isDeleted;
        find('.done').disabled = isFixed;
        this.#showButton(item, 'rename', !isFixed, task.title);
        this.#showButton(item, 'delete', !isFixed, task.title);
        this.#showButton(item, 'retry', isFailed, task.title);
        this.#showButton(item, 'dismiss', isRefused, task.title);
    }

    #showButton(item, action, isShown, title) {
        const button = item.querySelector(`[data-action=${action}]`);
        button.hidden = !isShown;
        button.setAttribute('aria-label', `${button.textContent}: ${title}`);
    }

    #startRename(item) {
        if (item.querySelector('[data-action=rename]').hidden)
            return;
        const input = item.querySelector('.rename input');
        input.value = item.task.title;
        item.classList.add('is-renaming');
        input.focus();
        input.select();
    }

    #endRename(item, isKept) {
        // Hiding a focused field blurs it, which leads back here.
        if (!item.classList.contains('is-renaming'))
            return;
        item.classList.remove('is-renaming');
        const title = item.querySelector('.rename input').value.trim();
        if (isKept && title !== '' && title !== item.task.title)
            this.#actions.write('TODO_UPDATE', { ...item.task, title });
    }

    #focusRenameButton(item) {
        item.querySelector('[data-action=rename]').focus({ preventScroll: true });
    }

    #field(name) { return this.#root.querySelector(`[data-field=${name}]`); }

    #on(selector, type, act) { this.#root.querySelector(selector).addEventListener(type, act); }
}
