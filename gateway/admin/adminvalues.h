// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

// What crosses the admin port: values only. Times are wall clock milliseconds since 1970 UTC, sizes bytes.

namespace Tidegate::Admin {

//! Ordered by rank. View looks, Operate acts on traffic (kick, retry, ...), Admin also on people and keys.
enum class OperatorRole : quint8 { View, Operate, Admin };

//! "view", "operate", "admin".
QString operatorRoleName(OperatorRole role);

struct PortState
{
    enum class Kind : quint8 {
        Connecting, //!< first attempt, nothing known yet
        Online,
        Offline, //!< tries again by itself after retryInMs; requests end as Unavailable
        Refused, //!< the gateway said no (token, role, address): it is not tried again by itself
    };
    Kind kind = Kind::Connecting;
    qint64 retryInMs = 0; //!< Offline only, as of the signal
    QString reason;       //!< Offline and Refused: for a person

    friend bool operator==(const PortState &, const PortState &) = default;
};

//! Who is at the other end and what we may do there. Empty until the port has been online.
struct Identity
{
    QString gateway; //!< its name; a console's window title
    QString version;
    QString node; //!< host and process
    qint64 startedAtMs = 0;
    QString operatorName; //!< as whom our commands are written to the audit
    OperatorRole role = OperatorRole::View;

    friend bool operator==(const Identity &, const Identity &) = default;
};

enum class FilterOp : quint8 { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Contains };

//! Contains compares texts without regard to case, and looks for an element in lists.
struct Filter
{
    QString field;
    FilterOp op = FilterOp::Equal;
    QJsonValue value;

    friend bool operator==(const Filter &, const Filter &) = default;
};

//! One window of a resource. All filters must hold, and \p search must occur in some text column, whatever its case.
struct PageRequest
{
    static constexpr qsizetype MaxLimit = 500;

    QString resource;
    QString search;
    QList<Filter> filters;
    QString sort; //!< a sortable column; empty = the resource's own order
    bool isDescending = false;
    qint64 offset = 0;
    qsizetype limit = 100; //!< 1..MaxLimit

    friend bool operator==(const PageRequest &, const PageRequest &) = default;
};

//! A row has the columns the catalog names; one that is absent or null is not known. Its key is text, also where the
//! key column is a number (the number in decimal).
struct Page
{
    QList<QJsonObject> rows;
    qint64 total = -1; //!< rows that match; -1 = not counted, then "fewer rows than asked for" means the end
    qint64 offset = 0;
    qint64 revision = 0; //!< grows whenever rows came, went or may have moved

    friend bool operator==(const Page &, const Page &) = default;
};

struct CommandCall
{
    static constexpr qsizetype MaxKeys = 500;

    QString resource;
    QString command;
    QStringList keys; //!< none, one or up to MaxKeys, as the command's targets say
    QJsonObject args;
    bool isDryRun = false; //!< changes nothing; the outcome says what would happen

    friend bool operator==(const CommandCall &, const CommandCall &) = default;
};

//! What became of a command that was let in. A key that failed does not keep the others from being done.
struct CommandOutcome
{
    qsizetype affected = 0;
    QString text;                  //!< one sentence: what happened, or would
    QMap<QString, QString> errors; //!< key to reason
    QJsonObject result;            //!< what the command hands out (a new API key: shown this once); mostly empty

    friend bool operator==(const CommandOutcome &, const CommandOutcome &) = default;
};

//! Numbers of one moment, named and explained by ResourceCatalog::statistics(). A name that is absent was not measured.
struct Statistics
{
    qint64 atMs = 0;
    QMap<QString, double> values;

    friend bool operator==(const Statistics &, const Statistics &) = default;
};

//! The recent past of every statistic, one value per step; NaN = not measured. Bound: 15 minutes.
struct History
{
    static constexpr qint64 StepMs = 1000;
    static constexpr qsizetype MaxSteps = 15 * 60;

    qint64 startMs = 0; //!< of the first value of every series
    QMap<QString, QList<double>> series;
};

//! "Would X be allowed?" An unknown user answers NotFound; without one, role and site stand for themselves.
struct PolicyQuestion
{
    QString user; //!< mail or id; may be empty
    QString role; //!< guest, user, staff, admin; empty = the user's, else guest
    QString site;
    QString channel; //!< or an island's id, for action "island"
    QString action;  //!< one of ResourceCatalog::policyActions()

    friend bool operator==(const PolicyQuestion &, const PolicyQuestion &) = default;
};

struct PolicyAnswer
{
    bool isAllowed = false;
    QString reason; //!< a sentence
    QString rule;   //!< what decided: a setting's key, or the name of a built-in rule

    friend bool operator==(const PolicyAnswer &, const PolicyAnswer &) = default;
};

struct LogFilter
{
    QString minLevel; //!< debug, info, warn, error; empty = every line
    QString search;   //!< occurs in type, user or data, whatever its case

    friend bool operator==(const LogFilter &, const LogFilter &) = default;
};

} // namespace Tidegate::Admin
