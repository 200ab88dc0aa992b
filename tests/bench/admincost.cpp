// SPDX-License-Identifier: MIT
// What operators cost: a gateway with idle clients, first alone, then with a console's feed open.
// tests/bench/README.md.

#include "admin/remote/remoteadminport.h"
#include "bench/processmeter.h"
#include "support/gatewayprocess.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>
#include <QTextStream>

using namespace Tidegate;
using namespace Qt::StringLiterals;

namespace {

//! What a console that shows the connections watches: the numbers, the rows in view, and pages when rows moved.
class ConsoleFeed : public QObject
{
public:
    explicit ConsoleFeed(Admin::AdminPort &port)
        : m_port(port)
    {
        connect(&port, &Admin::AdminPort::statisticsChanged, this, [this](const Admin::Statistics &statistics) {
            newest = statistics;
            adminCpu += statistics.values.value(u"admin.cpu"_s);
            ++seconds;
        });
        connect(&port, &Admin::AdminPort::revisionChanged, this, &ConsoleFeed::readPage);
        port.watchStatistics(true);
    }
    void open()
    {
        adminCpu = 0;
        seconds = 0;
        readPage();
    }

    Admin::Statistics newest;
    double adminCpu = 0;
    int seconds = 0;

private:
    void readPage()
    {
        Admin::PageRequest request;
        request.resource = u"links"_s;
        m_port.fetchPage(request, this, [this](const Result<Admin::Page> &page) {
            if (!page)
                return;
            QStringList keys;
            for (const QJsonObject &row : page->rows.first(std::min<qsizetype>(30, page->rows.size())))
                keys.append(row[u"id"_s].toString());
            m_port.watchRows(u"links"_s, keys);
        });
    }

    Admin::AdminPort &m_port;
};

int fail(const QString &text)
{
    QTextStream(stderr) << text << Qt::endl;
    return 1;
}

//! Per cent of one core.
double cpuOver(const Bench::ProcessMeter &meter, int ms)
{
    QElapsedTimer timer;
    timer.start();
    const double before = meter.cpuSeconds();
    QTest::qWait(ms);
    return (meter.cpuSeconds() - before) * 1e5 / double(timer.elapsed());
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{u"links"_s, u"Idle clients."_s, u"COUNT"_s, u"10000"_s},
                       {u"seconds"_s, u"Of each of the two measurements."_s, u"SECONDS"_s, u"20"_s}});
    parser.process(app);
    const int links = parser.value(u"links"_s).toInt();
    const int ms = parser.value(u"seconds"_s).toInt() * 1000;

    GatewayProcess gateway;
    if (!gateway.start(GatewayProcess::withoutLimits()))
        return fail(QString::fromUtf8(gateway.errorText()));
    const Bench::ProcessMeter meter(gateway.processId());
    QProcess swarm;
    QUrl url = gateway.url();
    url.setScheme(u"ws"_s);
    swarm.start(QStringLiteral(TIDEGATE_BINARY), {u"bench"_s, u"connect"_s, u"-n"_s, QString::number(links),
                                                  u"--hold"_s, u"%1ms"_s.arg(3 * ms + 20'000), url.toString()});
    auto port = std::make_unique<Admin::RemoteAdminPort>(
        Admin::RemoteAdminPort::Config{gateway.url(), gateway.mintToken("admin")});
    auto feed = std::make_unique<ConsoleFeed>(*port);
    const auto linksNow = [&feed] { return feed->newest.values.value(u"links.total"_s); };
    if (!QTest::qWaitFor([&] { return linksNow() >= links; }, 60'000))
        return fail(u"only %1 clients: %2"_s.arg(linksNow()).arg(QString::fromUtf8(swarm.readAllStandardError())));
    QTest::qWait(3000);
    feed->open();
    const double watched = cpuOver(meter, ms);
    const double ownFigure = feed->adminCpu / std::max(1, feed->seconds);
    feed.reset();
    port.reset();
    QTest::qWait(2000);
    const double alone = cpuOver(meter, ms);
    QTextStream(stdout)
        << u"%1 idle links: the gateway takes %2 % of a core, with an open console feed %3 %; by its own "
           u"count (admin.cpu) statistics and watches cost %4 %\n"_s.arg(links)
               .arg(alone, 0, 'f', 2)
               .arg(watched, 0, 'f', 2)
               .arg(ownFigure, 0, 'f', 2);
    swarm.kill();
    swarm.waitForFinished();
    return 0;
}
