// SPDX-License-Identifier: MIT
// Acknowledged durable intents per second over real sockets, against a bare SQLite loop in the same run; and how long
// a gateway takes to its first accept, empty and with many rows. See README.md for how to read the figures.

#include "barestore.h"
#include "loadclient.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

#include <cstdio>
#include <memory>
#include <sys/epoll.h>
#include <unistd.h>
#include <vector>

using namespace Tidegate::Bench;

namespace {

struct Gateway
{
    QProcess process;
    quint16 port = 0;
    qint64 startedInMs = 0;

    void start(const QString &dataDir)
    {
        QElapsedTimer timer;
        timer.start();
        process.setProcessChannelMode(QProcess::SeparateChannels);
        process.setStandardErrorFile(dataDir + QStringLiteral("/gateway.log"));
        process.start(QStringLiteral(TIDEGATE_BINARY),
                      {QStringLiteral("serve"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"),
                       QStringLiteral("--data-dir"), dataDir, QStringLiteral("--ssma-message-max"), QStringLiteral("0"),
                       QStringLiteral("--store-max-entries"), QStringLiteral("100000000")});
        while (!process.canReadLine()) {
            if (!process.waitForReadyRead(20'000))
                qFatal("the gateway did not start; see %s/gateway.log", qPrintable(dataDir));
        }
        startedInMs = timer.elapsed();
        const QString line = QString::fromUtf8(process.readLine()).trimmed();
        port = quint16(QUrl(line.section(QLatin1Char(' '), -1)).port());
    }
    void stop()
    {
        process.terminate();
        process.waitForFinished(10'000);
    }
    double cpuSeconds() const
    {
        QFile stat(QStringLiteral("/proc/%1/stat").arg(process.processId()));
        if (!stat.open(QIODevice::ReadOnly))
            return 0;
        const QByteArrayList fields = stat.readAll().split(' ');
        return (fields.value(13).toDouble() + fields.value(14).toDouble()) / double(sysconf(_SC_CLK_TCK));
    }
};

struct Rate
{
    double perSecond = 0;
    double cpuMicroseconds = 0;
    quint64 acked = 0;
};

//! Runs until \p milliseconds have passed or, if given, \p target intents are acknowledged.
Rate drive(Gateway &gateway, int connections, int batchSize, const QByteArray &tag, qint64 milliseconds,
           quint64 target = 0)
{
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<std::unique_ptr<LoadClient>> clients;
    for (int i = 0; i < connections; ++i) {
        clients.push_back(std::make_unique<LoadClient>(gateway.port, batchSize, tag + '-' + QByteArray::number(i)));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u32 = quint32(i);
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, clients.back()->descriptor(), &event);
    }
    const auto total = [&clients] {
        quint64 sum = 0;
        for (const auto &client : clients)
            sum += client->acked();
        return sum;
    };
    const double cpuBefore = gateway.cpuSeconds();
    QElapsedTimer timer;
    timer.start();
    for (const auto &client : clients)
        client->sendNext();
    bool goOn = true;
    size_t waiting = clients.size();
    while (waiting > 0) {
        epoll_event events[64];
        const int ready = ::epoll_wait(epoll, events, 64, 1000);
        goOn = timer.elapsed() < milliseconds && (target == 0 || total() < target);
        for (int i = 0; i < ready; ++i) {
            LoadClient &client = *clients[events[i].data.u32];
            client.readAvailable(goOn);
            if (client.hasFailed())
                qFatal("a connection failed");
        }
        waiting = 0;
        for (const auto &client : clients)
            waiting += client->isWaiting();
    }
    const double seconds = double(timer.nsecsElapsed()) / 1e9;
    ::close(epoll);
    const quint64 acked = total();
    return {double(acked) / seconds, (gateway.cpuSeconds() - cpuBefore) * 1e6 / double(acked), acked};
}

void report(const char *what, const Rate &rate, double reference)
{
    printf("%-44s %9.0f/s  %6.1f us CPU each  %5.2f x the bare store\n", what, rate.perSecond, rate.cpuMicroseconds,
           rate.perSecond / reference);
    fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions(
        {{QStringLiteral("connections"), QStringLiteral("default 50"), QStringLiteral("n"), QStringLiteral("50")},
         {QStringLiteral("seconds"), QStringLiteral("per measurement, default 5"), QStringLiteral("s"),
          QStringLiteral("5")},
         {QStringLiteral("rows"), QStringLiteral("rows stored before the last measurements, default 1000000"),
          QStringLiteral("n"), QStringLiteral("1000000")}});
    parser.process(app);
    const int connections = parser.value(QStringLiteral("connections")).toInt();
    const qint64 milliseconds = parser.value(QStringLiteral("seconds")).toLongLong() * 1000;
    const quint64 rows = parser.value(QStringLiteral("rows")).toULongLong();

    QTemporaryDir directory(QStringLiteral("tidegate-bench-XXXXXX"));
    const double bareBig = bareInsertsPerSecond(directory.filePath(QStringLiteral("bare-big")), connections * 50, 2000);
    const double bareSmall = bareInsertsPerSecond(directory.filePath(QStringLiteral("bare-small")), connections, 2000);
    printf("bare SQLite, %d rows per fsync: %.0f/s; %d rows per fsync: %.0f/s\n", connections * 50, bareBig,
           connections, bareSmall);

    QTemporaryDir data(QStringLiteral("tidegate-bench-XXXXXX"));
    Gateway gateway;
    gateway.start(data.path());
    printf("cold start to the first accept, empty store: %lld ms\n", gateway.startedInMs);
    report("batches of 50, empty store", drive(gateway, connections, 50, "a", milliseconds), bareBig);
    report("batches of 1, small store", drive(gateway, connections, 1, "b", milliseconds), bareSmall);
    const Rate fill = drive(gateway, connections, 50, "c", 600'000, rows);
    printf("filled with %llu rows at %.0f/s\n", static_cast<unsigned long long>(fill.acked), fill.perSecond);
    gateway.stop();

    gateway.start(data.path());
    printf("start with that store: %lld ms\n", gateway.startedInMs);
    report("batches of 50, full store", drive(gateway, connections, 50, "d", milliseconds), bareBig);
    report("batches of 1, full store", drive(gateway, connections, 1, "e", milliseconds), bareSmall);
    gateway.stop();
    return 0;
}
