// SPDX-License-Identifier: MIT
// Acknowledged durable intents per second over real sockets, against a bare SQLite loop in the same run; and how long
// a gateway takes to its first accept, empty and with many rows. See README.md for how to read the figures.

#include "barestore.h"
#include "measuredgateway.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QTemporaryDir>

#include <cstdio>
#include <vector>

using namespace Tidegate::Bench;

namespace {

std::vector<LoadClient::Speech> leaders(int connections, int batchSize, const QByteArray &tag)
{
    std::vector<LoadClient::Speech> speeches;
    for (int i = 0; i < connections; ++i)
        speeches.push_back(LoadClient::intents(batchSize, tag + '-' + QByteArray::number(i)));
    return speeches;
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
    MeasuredGateway gateway;
    const QStringList flags{QStringLiteral("--ssma-message-max"), QStringLiteral("0"),
                            QStringLiteral("--store-max-entries"), QStringLiteral("100000000")};
    gateway.start(data.path(), flags);
    printf("cold start to the first accept, empty store: %lld ms\n", gateway.startedInMs);
    report("batches of 50, empty store", drive(gateway, leaders(connections, 50, "a"), milliseconds), bareBig);
    report("batches of 1, small store", drive(gateway, leaders(connections, 1, "b"), milliseconds), bareSmall);
    const Rate fill = drive(gateway, leaders(connections, 50, "c"), 600'000, rows);
    printf("filled with %llu rows at %.0f/s\n", static_cast<unsigned long long>(fill.acked), fill.perSecond);
    gateway.stop();

    gateway.start(data.path(), flags);
    printf("start with that store: %lld ms\n", gateway.startedInMs);
    report("batches of 50, full store", drive(gateway, leaders(connections, 50, "d"), milliseconds), bareBig);
    report("batches of 1, full store", drive(gateway, leaders(connections, 1, "e"), milliseconds), bareSmall);
    gateway.stop();
    return 0;
}
