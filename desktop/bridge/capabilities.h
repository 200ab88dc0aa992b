// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace Tidegate::Desktop {

//! What a page may ask the application for.
enum class RequestKind : quint8 { Command, Event, Link };

//! Answer to one request. Refusals say in text which window asked for what, which rule says no, and which line to add
//! or remove.
struct Verdict
{
    bool isAllowed = false;
    QString rule; //!< the pattern that decided; empty = none matched
    QString text; //!< empty when allowed
};

//! Which window may use what, as a JSON file says (desktop/README.md). Whatever no rule allows is refused, and a rule
//! of any "deny" beats every "allow". A value; thread-safe to read.
class Capabilities
{
public:
    static constexpr qint64 MaxFileBytes = 256 * 1024;
    static constexpr qsizetype MaxEntries = 256;
    static constexpr qsizetype MaxRulesPerEntry = 1024;

    //! Allows nothing.
    Capabilities() = default;
    //! \p source names the file in refusals. Errors name the entry and what is wrong with it.
    static Result<Capabilities> parse(const QByteArray &json, const QString &source);
    static Result<Capabilities> load(const QString &path);

    Verdict check(const QString &window, RequestKind kind, const QString &name) const;

private:
    struct Entry
    {
        QString name;
        QStringList windows;
        QStringList allow;
        QStringList deny;
    };

    const Entry *entryOf(const QString &window) const;

    QString m_source = QStringLiteral("capabilities.json");
    std::vector<Entry> m_entries;
};

} // namespace Tidegate::Desktop
