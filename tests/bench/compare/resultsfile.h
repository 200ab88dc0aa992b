// SPDX-License-Identifier: MIT
#pragma once

#include "bench/compare/outcome.h"

namespace Tidegate::Bench {

//! Where and when a row was measured; goes into its section.
struct Circumstances
{
    QString date;    //!< ISO
    QString machine; //!< describeMachine()
    int repetitions = 0;
    double seconds = 0; //!< of one measurement
};

//! The section of a row, without its heading: a Markdown table that is aligned to be read as text too, what came of the
//! bars, and problems.
QString sectionOf(const RowOutcome &outcome, const Outcomes &all, const Circumstances &circumstances);

//! Sections by row key, so that a run of some rows leaves the others as they are.
class ResultsFile
{
public:
    explicit ResultsFile(QString path)
        : m_path(std::move(path))
    {
    }

    //! Puts \p section in place of the one of \p row, or at its place in the order of allRows().
    Result<void> replace(const Row &row, const QString &section) const;

private:
    const QString m_path;
};

} // namespace Tidegate::Bench
