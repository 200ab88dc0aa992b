// SPDX-License-Identifier: MIT
#pragma once

#include "bench/compare/outcome.h"

namespace Tidegate::Bench {

//! Runs rows: each repetition asks every server in turn, beginning with another one, so that what the machine does
//! meanwhile hits no server in particular. A fresh server per measurement, on ServerCore; the load tool is the calling
//! thread, on LoadCore.
class Comparison
{
public:
    static constexpr int ServerCore = 0;
    static constexpr int LoadCore = 1;

    struct Options
    {
        int repetitions = 3;
        qint64 warmupMs = 1'000;
        qint64 durationMs = 4'000;
        bool pinsCores = true;
    };
    //! Called with a line about each measurement.
    using Tell = std::function<void(const QString &)>;

    Comparison(std::vector<Peer> peers, Options options, Tell tell);

    //! Peers of the row that are unknown here are left out. Ends early, with what there is, once isInterrupted().
    RowOutcome measure(const Row &row) const;
    const Options &options() const { return m_options; }

private:
    Result<Report> measureOnce(const Row &row, const Peer &peer) const;
    void tellReport(const Row &row, const Peer &peer, int repetition, const Report &report) const;

    const std::vector<Peer> m_peers;
    const Options m_options;
    const Tell m_tell;
};

} // namespace Tidegate::Bench
