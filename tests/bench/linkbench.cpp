// SPDX-License-Identifier: MIT
// Median round trip of the in-process link beside a loopback WebSocket's: the same gateway, the same messages.

#include "app/embedding.h"
#include "app/gateway.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTextStream>
#include <QWebSocket>

#include <algorithm>
#include <functional>
#include <vector>

using namespace Tidegate;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Target = "/optimistic/ws?role=leader&site=default&subprotocol=1.0.0";
const QByteArray Ping = QByteArrayLiteral(R"({"type":"ping"})");

//! One question at a time: the next goes out when the answer to the last is in.
class Trips
{
public:
    Trips(int wanted, std::function<void()> ask)
        : m_wanted(wanted)
        , m_ask(std::move(ask))
    {
        m_nanoseconds.reserve(size_t(wanted));
    }
    void answered()
    {
        m_nanoseconds.push_back(m_clock.nsecsElapsed());
        if (int(m_nanoseconds.size()) == m_wanted)
            m_loop.quit();
        else
            next();
    }
    void run()
    {
        next();
        m_loop.exec();
    }
    double microseconds(double share)
    {
        const size_t at = std::min(m_nanoseconds.size() - 1, size_t(share * double(m_nanoseconds.size())));
        std::nth_element(m_nanoseconds.begin(), m_nanoseconds.begin() + qsizetype(at), m_nanoseconds.end());
        return double(m_nanoseconds[at]) / 1000;
    }

private:
    void next()
    {
        m_clock.start();
        m_ask();
    }

    const int m_wanted;
    const std::function<void()> m_ask;
    std::vector<qint64> m_nanoseconds;
    QElapsedTimer m_clock;
    QEventLoop m_loop;
};

bool isPong(const QByteArray &text)
{
    return text.contains("\"pong\"");
}

std::unique_ptr<Trips> overTheLink(Gateway &gateway, int count)
{
    const auto client = gateway.connectInProcess(Target);
    auto trips = std::make_unique<Trips>(count, [&client] { client->send(Ping); });
    QObject::connect(client.get(), &InProcessClient::textReceived, client.get(), [&trips](const QByteArray &text) {
        if (isPong(text))
            trips->answered();
    });
    trips->run();
    return trips;
}

std::unique_ptr<Trips> overASocket(const Gateway &gateway, int count)
{
    QWebSocket socket;
    auto trips = std::make_unique<Trips>(count, [&socket] { socket.sendTextMessage(QString::fromLatin1(Ping)); });
    QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [&trips](const QString &text) {
        if (isPong(text.toLatin1()))
            trips->answered();
    });
    QEventLoop opening;
    QObject::connect(&socket, &QWebSocket::connected, &opening, &QEventLoop::quit);
    socket.open(QUrl(u"ws://127.0.0.1:%1%2"_s.arg(gateway.ports().first()).arg(QString::fromLatin1(Target))));
    opening.exec();
    trips->run();
    return trips;
}

void report(QTextStream &out, const QString &name, Trips &trips)
{
    out << u"%1  median %2 us   90% %3 us   99% %4 us\n"_s.arg(name, -22)
               .arg(trips.microseconds(0.5), 0, 'f', 1)
               .arg(trips.microseconds(0.9), 0, 'f', 1)
               .arg(trips.microseconds(0.99), 0, 'f', 1);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({u"trips"_s, u"Round trips to time, after as many to warm up."_s, u"N"_s, u"5000"_s});
    parser.process(app);
    const int count = std::clamp(parser.value(u"trips"_s).toInt(), 10, 1'000'000);

    const QTemporaryDir directory;
    GatewayConfig config = embeddedConfig(directory.path());
    config.server.listen = {ListenAddress{QHostAddress(QHostAddress::LocalHost), 0}};
    config.ssma.messageMax = 0; // no limit: the link is measured, not the limiter
    Gateway gateway(config);
    if (const auto started = gateway.start(); !started)
        qFatal("%s", qPrintable(started.error().text));
    overTheLink(gateway, count);
    const auto link = overTheLink(gateway, count);
    overASocket(gateway, count);
    const auto socket = overASocket(gateway, count);
    QTextStream out(stdout);
    out << count << " round trips of a ping, one at a time\n";
    report(out, u"in-process link"_s, *link);
    report(out, u"loopback WebSocket"_s, *socket);
    out << u"the link takes %1 of the socket's time\n"_s.arg(link->microseconds(0.5) / socket->microseconds(0.5), 0,
                                                             'f', 2);
    return 0;
}
