// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intent.h"
#include "wire/result.h"

#include <functional>
#include <variant>

namespace Tidegate {

//! What an operator looks for among stored intents. All conditions must hold; \p text must occur in id, name, user or
//! site, whatever its (ASCII) case.
struct IntentSearch
{
    enum class Field : quint8 {
        Id,
        Site,
        Seq,
        Name,
        Status,
        Reasons,  //!< Contains only: a whole element
        Channels, //!< likewise
        UserId,
        ConnectionId,
        InsertedAt,
        UpdatedAt,
        BackendCode,
        Handled, //!< what the newest operator's mark says; 0 without one
    };
    static constexpr size_t FieldCount = size_t(Field::Handled) + 1;
    enum class Op : quint8 { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Contains };
    struct Condition
    {
        Field field;
        Op op;
        std::variant<qint64, QByteArray> value; //!< a number for Seq, Status, Handled and times
    };

    std::vector<Condition> conditions;
    QByteArray text;
    bool byInsertion = false; //!< order by insertedAt instead of seq
    bool newestFirst = true;  //!< undecided intents are the newest
    qint64 offset = 0;
    qsizetype limit = 100;
};

struct IntentsFound
{
    static constexpr qint64 MaxCounted = 100'000;

    std::vector<IntentPtr> rows;
    qint64 total = 0; //!< -1: more than MaxCounted
};

//! Looks through a store beside its readers and writers, so that a search over everything keeps no client waiting.
//! Port. \p done runs on a thread of the searcher's; after close() it does not.
class IntentSearcher
{
public:
    virtual ~IntentSearcher() = default;
    //! On the thread that made the searcher.
    virtual void search(IntentSearch search, std::function<void(Result<IntentsFound>)> done) = 0;
};

} // namespace Tidegate
