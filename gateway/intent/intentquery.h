// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentstore.h"

namespace Tidegate {

// What stores have in common. Pure; any thread.

//! What a write weighs while it waits.
qsizetype byteSize(const StoreWrite &write);

//! Everything but source, seqs and limit. Seq bounds concern rows of the log only: pending ones have no seq yet.
bool matches(const IntentQuery &query, const Intent &intent);

//! The query's order. Pending intents count as newer than the log: they will get later seqs.
bool comesBefore(const IntentQuery &query, const Intent &a, const Intent &b);

//! Merges two lists that are in the query's order, up to its limit.
std::vector<IntentPtr> mergeRows(const IntentQuery &query, std::vector<IntentPtr> log, std::vector<IntentPtr> inbox);

//! The channels beyond the first one, each once: what stores keep beside the row.
QByteArrayList extraChannels(const QByteArrayList &channels);

} // namespace Tidegate
