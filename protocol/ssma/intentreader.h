// SPDX-License-Identifier: MIT
#pragma once

#include "ssma/frames.h"
#include "wire/jsonwalk.h"

#include <array>
#include <vector>

namespace Tidegate::Ssma {

//! Reads the "intents" array of an intent.batch: syntax, contract (optimistic.INTENT_BATCH mirrored by hand) and
//! normalisation (SSMA spec section 7 step 3) in one walk.
class IntentReader
{
public:
    static constexpr size_t MaxIntents = 50;

    //! \p hasLineBreaks: raw values must be rewritten, because events and log lines carry them on one line.
    explicit IntentReader(bool hasLineBreaks)
        : m_hasLineBreaks(hasLineBreaks)
    {
    }

    //! False = not JSON. Whether the contract holds is isValid()'s answer.
    bool read(JsonWalk::Value array, int depth);

    bool isValid() const { return m_isValid && !m_entries.empty(); }
    std::vector<IntentEntry> takeEntries() { return std::move(m_entries); }
    //! Ids found, also in a refused batch.
    std::vector<QByteArray> takeIds() { return std::move(m_ids); }

private:
    enum MetaField : quint8 {
        Clock,
        Reasons,
        ClientId,
        Site,
        Channels,
        Actor,
        Reducer,
        ActionCreator,
        Crdt,
        Undo,
        MetaFieldCount
    };

    struct Meta
    {
        JsonSlice whole;
        std::array<JsonSlice, MetaFieldCount> fields;
        QByteArray others; //!< ,"key":value for every field that passes as it is
    };

    struct Entry
    {
        JsonSlice id;
        JsonSlice name;
        JsonSlice payload;
        Meta meta;
    };

    static MetaField metaFieldOf(const JsonSlice &key);
    bool readEntry(JsonWalk::Value value, int depth);
    bool readMeta(JsonWalk::Value value, int depth, Meta &meta);
    void add(const Entry &entry);
    static bool keepsContract(const Entry &entry);
    static bool keepsContract(const Meta &meta);
    QByteArray normalisedMeta(const Meta &meta) const;
    QByteArray normalisedCrdt(const JsonSlice &crdt, const JsonSlice &clock) const;
    QByteArray raw(const JsonSlice &slice) const;

    const bool m_hasLineBreaks;
    bool m_isValid = true;
    size_t m_count = 0;
    std::vector<IntentEntry> m_entries;
    std::vector<QByteArray> m_ids;
};

} // namespace Tidegate::Ssma
