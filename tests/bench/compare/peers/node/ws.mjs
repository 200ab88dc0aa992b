// SPDX-License-Identifier: MIT
// Broadcast server on npm `ws`, written as its README shows: what comes on /pub goes to everybody on /sub.
// With --echo it goes back to its sender instead.
import { WebSocket, WebSocketServer } from "ws";

const echoes = process.argv.includes("--echo");
const subscribers = new Set();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });

server.on("connection", (socket, request) => {
    socket.on("error", () => socket.terminate());
    if (request.url !== "/pub") {
        subscribers.add(socket);
        socket.on("close", () => subscribers.delete(socket));
        return;
    }
    socket.on("message", (data) => {
        if (echoes) {
            socket.send(data, { binary: false });
            return;
        }
        for (const subscriber of subscribers) {
            if (subscriber.readyState === WebSocket.OPEN)
                subscriber.send(data, { binary: false });
        }
    });
});
server.on("listening", () => console.log(`ws listening on ws://127.0.0.1:${server.address().port}`));
