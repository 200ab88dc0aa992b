// SPDX-License-Identifier: MIT
#pragma once

#include "bench/compare/peers.h"
#include "bench/compare/rows.h"
#include "bench/report.h"

#include <map>

namespace Tidegate::Bench {

//! What one server did in one row: a report per repetition, or why there is none.
struct PeerOutcome
{
    QByteArray key;
    QString label;
    bool isForeign = false;
    bool isInstalled = true;
    std::vector<Report> reports;
    QStringList problems; //!< of all repetitions

    bool isMeasured() const { return !reports.empty(); }
    //! Over the repetitions; 0 without any.
    double median(const QByteArray &figure) const;
    double least(const QByteArray &figure) const;
    double most(const QByteArray &figure) const;
    //! Sum of what was lost, came twice or out of order, in all repetitions.
    double faults() const;

private:
    std::vector<double> sorted(const QByteArray &figure) const;
};

//! A row with what came of it.
struct RowOutcome
{
    Row row;
    std::vector<PeerOutcome> peers;

    const PeerOutcome *find(const QByteArray &key) const;
};

//! By row key; what bars refer to.
using Outcomes = std::map<QByteArray, RowOutcome>;

//! One line per bar of \p outcome that could be judged: what was reached, what was asked, "met" or "NOT met".
QStringList judge(const RowOutcome &outcome, const Outcomes &all);

} // namespace Tidegate::Bench
