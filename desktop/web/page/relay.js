// SPDX-License-Identifier: MIT
// Between the page and the application, in a world no script of the page (nor of frames in it) can see: the one place
// with the channel to C++. The application puts qwebchannel.js before this text and wraps both in a function of
// (TidegateOrigin).
"use strict";

if (location.protocol + "//" + location.host !== TidegateOrigin)
    return;

const waiting = []; // said before the channel was up
let application = null;
let page = null;

function up(text) {
    if (application)
        application.receive(text);
    else
        waiting.push(text);
}

window.addEventListener("message", function take(event) {
    // A frame inside the page could say the same words, but not as this window.
    if (event.source !== window || event.data !== "tidegate:bridge" || event.ports.length !== 1)
        return;
    window.removeEventListener("message", take, true);
    page = event.ports[0];
    page.onmessage = message => up(message.data);
}, true);

new QWebChannel(qt.webChannelTransport, channel => {
    application = channel.objects.line;
    application.sent.connect(text => page.postMessage(text));
    application.begin();
    waiting.splice(0).forEach(up);
});
