// SPDX-License-Identifier: MIT
// Broadcast server on socket.io: what a publisher emits goes to the room of the subscribers.
import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer();
// The load tool does not answer Engine.IO's own pings, so none may fall into a measurement.
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false, pingInterval: 600_000 });

io.on("connection", (socket) => {
    if (socket.handshake.query.role === "subscriber")
        socket.join("global");
    socket.on("publish", (message) => io.to("global").emit("message", message));
});
server.listen(0, "127.0.0.1", () => console.log(`socket.io listening on ws://127.0.0.1:${server.address().port}`));
