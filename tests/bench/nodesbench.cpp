// SPDX-License-Identifier: MIT
// What a second gateway of the same deployment brings: fan-out and acknowledgements on one node and on two, each with
// the CPU of every node. README.md.

#include "bench/ackrun.h"
#include "bench/fanoutrun.h"
#include "bench/processmeter.h"
#include "bench/ssmadialect.h"
#include "support/gatewayprocess.h"
#include "support/natsserver.h"
#include "support/postgresserver.h"
#include "transport/socketio.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QTest>
#include <QTextStream>

#include <memory>

using namespace Tidegate;
using namespace Tidegate::Bench;
using namespace Qt::StringLiterals;

namespace {

struct Deployment
{
    PostgresServer postgres;
    NatsServer nats;
    std::vector<std::unique_ptr<GatewayProcess>> nodes;

    bool start(int count)
    {
        if (!postgres.start() || !nats.start())
            return false;
        for (int i = 0; i < count; ++i) {
            auto &node = *nodes.emplace_back(std::make_unique<GatewayProcess>());
            // Nobody reads a pipe while the load runs.
            const QStringList args =
                GatewayProcess::withoutLimits() +
                QStringList{u"--log-exporter=file"_s, u"--store-kind=postgres"_s, u"--cluster-name=bench"_s,
                            u"--cluster-nats-url=nats://127.0.0.1:%1"_s.arg(nats.port())};
            if (!node.start(args, {{u"TIDEGATE_STORE_POSTGRES_URL"_s, QString::fromUtf8(postgres.url())}}))
                return false;
            // The first one is to lead, so that every run has the same one.
            if (i == 0 && !node.waitForErrorText("this gateway leads"))
                return false;
        }
        return true;
    }
    Target target() const
    {
        Target all = *Target::fromUrl(nodes.front()->webSocketUrl().toString(QUrl::RemovePath | QUrl::RemoveQuery));
        for (size_t i = 1; i < nodes.size(); ++i)
            all.others.push_back(
                *Target::fromUrl(nodes[i]->webSocketUrl().toString(QUrl::RemovePath | QUrl::RemoveQuery)));
        return all;
    }
    std::vector<double> cpuSeconds() const
    {
        std::vector<double> seconds;
        for (const auto &node : nodes)
            seconds.push_back(ProcessMeter(node->processId()).cpuSeconds());
        return seconds;
    }
};

struct Row
{
    QString name;
    QByteArray figure; //!< of the report: operations per second
    std::function<Report(const Target &, const SsmaDialect &)> run;
};

int fail(const QString &text)
{
    QTextStream(stderr) << text << Qt::endl;
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({u"seconds"_s, u"Of each measurement."_s, u"SECONDS"_s, u"5"_s});
    parser.addOption({u"repeat"_s, u"Measurements of each kind."_s, u"COUNT"_s, u"3"_s});
    parser.process(app);
    SocketIo::raiseDescriptorLimit();

    Plan plan;
    plan.warmupMs = 0; // the nodes' CPU is counted from the start
    plan.durationMs = parser.value(u"seconds"_s).toInt() * 1000;
    Plan batches = plan;
    batches.batch = 50;
    batches.inFlight = 1;
    const Row rows[] = {
        {u"fan-out 1 -> 1000, 64 in flight"_s, "deliveries_per_s",
         [&](const Target &target, const SsmaDialect &dialect) {
             return FanoutRun(target, dialect, plan, {}).execute();
         }},
        {u"acks, 50 connections, batches of 50"_s, "acks_per_s",
         [&](const Target &target, const SsmaDialect &dialect) {
             return AckRun(target, dialect, batches, {}).execute();
         }},
    };
    QTextStream out(stdout);
    for (const Row &row : rows) {
        for (int repetition = 0; repetition < parser.value(u"repeat"_s).toInt(); ++repetition) {
            double alone = 0;
            for (const int count : {1, 2}) {
                Deployment deployment;
                if (!deployment.start(count))
                    return fail(u"the nodes do not start: PostgreSQL and nats-server are needed"_s);
                const Target target = deployment.target();
                const SsmaDialect dialect(target, {});
                const std::vector<double> before = deployment.cpuSeconds();
                const Report report = row.run(target, dialect);
                const std::vector<double> after = deployment.cpuSeconds();
                if (!report.isClean())
                    return fail(report.problems().join(u'\n'));
                const double operations = report.value(row.figure) * double(plan.durationMs) / 1000;
                double busiest = 0;
                out << row.name << u", nodes "_s << count << u": "_s << qint64(report.value(row.figure))
                    << u"/s, CPU per operation"_s;
                for (size_t i = 0; i < after.size(); ++i) {
                    const double microseconds = (after[i] - before[i]) * 1e6 / operations;
                    busiest = std::max(busiest, microseconds);
                    out << u" %1 us"_s.arg(microseconds, 0, 'f', 3);
                }
                alone = count == 1 ? busiest : alone;
                out << u"; capacity of the busiest node %1 x"_s.arg(alone / busiest, 0, 'f', 2) << Qt::endl;
            }
        }
    }
    return 0;
}
