// SPDX-License-Identifier: MIT
#include "measuredgateway.h"

#include <QElapsedTimer>
#include <QFile>
#include <QUrl>

#include <sys/epoll.h>
#include <unistd.h>

namespace Tidegate::Bench {

void MeasuredGateway::start(const QString &dataDir, const QStringList &flags)
{
    QElapsedTimer timer;
    timer.start();
    process.setProcessChannelMode(QProcess::SeparateChannels);
    process.setStandardErrorFile(dataDir + QStringLiteral("/gateway.log"));
    process.start(QStringLiteral(TIDEGATE_BINARY),
                  QStringList{QStringLiteral("serve"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"),
                              QStringLiteral("--data-dir"), dataDir} +
                      flags);
    while (!process.canReadLine()) {
        if (!process.waitForReadyRead(20'000))
            qFatal("the gateway did not start; see %s/gateway.log", qPrintable(dataDir));
    }
    startedInMs = timer.elapsed();
    const QString line = QString::fromUtf8(process.readLine()).trimmed();
    port = quint16(QUrl(line.section(QLatin1Char(' '), -1)).port());
}

void MeasuredGateway::stop()
{
    process.terminate();
    process.waitForFinished(10'000);
}

double MeasuredGateway::cpuSeconds() const
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(process.processId()));
    if (!stat.open(QIODevice::ReadOnly))
        return 0;
    const QByteArrayList fields = stat.readAll().split(' ');
    return (fields.value(13).toDouble() + fields.value(14).toDouble()) / double(sysconf(_SC_CLK_TCK));
}

Rate drive(MeasuredGateway &gateway, const std::vector<LoadClient::Speech> &speeches, qint64 milliseconds,
           quint64 target)
{
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<std::unique_ptr<LoadClient>> clients;
    for (size_t i = 0; i < speeches.size(); ++i) {
        clients.push_back(std::make_unique<LoadClient>(gateway.port, speeches[i]));
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

} // namespace Tidegate::Bench
