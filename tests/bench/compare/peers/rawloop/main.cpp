// SPDX-License-Identifier: MIT
#include "bench/compare/peers/rawloop/rawloop.h"
#include "transport/socketio.h"

#include <CLI/CLI.hpp>

#include <cstring>
#include <iostream>

int main(int argc, char **argv)
{
    using Tidegate::Bench::RawLoop;
    quint16 port = 0;
    bool isSingle = false;
    RawLoop::Options options;
    CLI::App app("Broadcast loop on bare epoll: the reference of the comparison run");
    app.add_option("--port", port, "On 127.0.0.1; 0 = a free one")->capture_default_str();
    app.add_flag("--no-coalesce", isSingle, "A write per frame and link instead of one per turn and link");
    app.add_flag("--sse", options.isEventStream, "Subscribers get server-sent events");
    app.add_flag("--echo", options.echoes, "Send what a publisher sends back to it, and to nobody else");
    CLI11_PARSE(app, argc, argv);
    options.coalesces = !isSingle;

    Tidegate::SocketIo::raiseDescriptorLimit();
    RawLoop loop(options);
    const quint16 bound = loop.listen(port);
    if (bound == 0) {
        std::cerr << "cannot listen on 127.0.0.1:" << port << ": " << std::strerror(errno) << '\n';
        return 1;
    }
    std::cout << "rawloop listening on ws://127.0.0.1:" << bound << std::endl;
    loop.run();
}
