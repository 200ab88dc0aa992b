// SPDX-License-Identifier: MIT
// Commands and events by window.tidegate, live rows over a link to the gateway in the same process.
const byId = (id) => document.getElementById(id);

async function attempt(work) {
    byId('problem').hidden = true;
    try {
        return await work();
    } catch (error) {
        byId('problem').textContent = `${error.code}: ${error.message}`;
        byId('problem').hidden = false;
    }
}

async function show() {
    const notes = await attempt(() => tidegate.invoke('notes.list'));
    byId('list').replaceChildren(...(notes ?? []).map((note) => {
        const item = document.createElement('li');
        item.textContent = note;
        return item;
    }));
}

byId('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (await attempt(() => tidegate.invoke('notes.add', byId('text').value)) !== undefined)
        byId('form').reset();
});
byId('wipe').addEventListener('click', () => attempt(() => tidegate.invoke('notes.wipe')));

const link = tidegate.connect();
let rows = 0;
link.onopen = () => link.send(JSON.stringify({ type: 'channel.subscribe', channel: 'global' }));
link.onmessage = (event) => {
    const frame = JSON.parse(event.data);
    if (frame.type === 'hello')
        byId('live').textContent = frame.connectionId;
    if (frame.type === 'channel.snapshot' || frame.type === 'channel.invalidate')
        byId('rows').textContent = rows += frame.intents.length;
};
link.onclose = (event) => { byId('live').textContent = `closed (${event.code})`; };

await tidegate.listen('notes.changed', show);
await show();
