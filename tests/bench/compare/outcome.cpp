// SPDX-License-Identifier: MIT
#include "bench/compare/outcome.h"

#include <algorithm>
#include <optional>

namespace Tidegate::Bench {

namespace {

QString number(double value)
{
    const int decimals = value >= 100 ? 0 : 2;
    return QString::number(value, 'f', decimals);
}

struct Opponent
{
    double value = 1;
    QString name;
};

//! None if it was not measured.
std::optional<Opponent> opponentOf(const Bar &bar, const RowOutcome &own, const Outcomes &all)
{
    if (bar.opponent.isEmpty())
        return Opponent{};
    const auto other = bar.row.isEmpty() ? all.end() : all.find(bar.row);
    if (!bar.row.isEmpty() && other == all.end())
        return {};
    const RowOutcome &where = bar.row.isEmpty() ? own : other->second;
    const PeerOutcome *found = nullptr;
    for (const PeerOutcome &peer : where.peers) {
        const bool isMeant = bar.opponent == Bar::BestForeign ? peer.isForeign : peer.key == bar.opponent;
        if (isMeant && peer.isMeasured() && (!found || peer.median(bar.figure) > found->median(bar.figure)))
            found = &peer;
    }
    if (!found)
        return {};
    const QString place = bar.row.isEmpty() ? QString() : QStringLiteral(" in %1").arg(QString::fromLatin1(bar.row));
    return Opponent{found->median(bar.figure), found->label + place};
}

QString headingOf(const Row &row, const QByteArray &figure)
{
    for (const Column &column : columnsOf(row.scenario)) {
        if (column.figure == figure)
            return column.heading;
    }
    return QString::fromLatin1(figure);
}

} // namespace

std::vector<double> PeerOutcome::sorted(const QByteArray &figure) const
{
    std::vector<double> values;
    for (const Report &report : reports)
        values.push_back(report.value(figure));
    std::sort(values.begin(), values.end());
    return values;
}

double PeerOutcome::median(const QByteArray &figure) const
{
    const std::vector<double> values = sorted(figure);
    if (values.empty())
        return 0;
    const size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double PeerOutcome::least(const QByteArray &figure) const
{
    return isMeasured() ? sorted(figure).front() : 0;
}

double PeerOutcome::most(const QByteArray &figure) const
{
    return isMeasured() ? sorted(figure).back() : 0;
}

double PeerOutcome::faults() const
{
    double sum = 0;
    for (const Report &report : reports) {
        for (const QByteArray &figure : faultFigures())
            sum += report.value(figure);
    }
    return sum;
}

const PeerOutcome *RowOutcome::find(const QByteArray &key) const
{
    const auto found =
        std::find_if(peers.begin(), peers.end(), [&](const PeerOutcome &peer) { return peer.key == key; });
    return found == peers.end() ? nullptr : &*found;
}

QStringList judge(const RowOutcome &outcome, const Outcomes &all)
{
    QStringList lines;
    for (const Bar &bar : outcome.row.bars) {
        const PeerOutcome *const subject = outcome.find(bar.subject);
        const auto opponent = opponentOf(bar, outcome, all);
        if (!subject || !subject->isMeasured() || !opponent || opponent->value <= 0)
            continue;
        const double reached = subject->median(bar.figure) / opponent->value;
        const bool isMet = bar.isAtLeast ? reached >= bar.limit : reached <= bar.limit;
        const QString unit = opponent->name.isEmpty() ? QString() : QStringLiteral(" x ") + opponent->name;
        lines += QStringLiteral("%1, %2: %3%4; asked: %5 %6; %7")
                     .arg(subject->label, headingOf(outcome.row, bar.figure), number(reached), unit,
                          bar.isAtLeast ? QStringLiteral("at least") : QStringLiteral("at most"), number(bar.limit),
                          isMet ? QStringLiteral("met") : QStringLiteral("NOT met"));
    }
    return lines;
}

} // namespace Tidegate::Bench
