// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendevent.h"
#include "cluster/nodecodec.h"
#include "intent/submission.h"

// How nodes of one deployment write the engine's values to each other.

namespace Tidegate::NodeCodec {

void write(QDataStream &out, const Intent &intent);
void read(QDataStream &in, Intent &intent);
void write(QDataStream &out, const std::vector<IntentPtr> &intents);
void read(QDataStream &in, std::vector<IntentPtr> &intents);
void write(QDataStream &out, const BackendContext &context);
void read(QDataStream &in, BackendContext &context);
void write(QDataStream &out, const IntentSubmission &submission);
void read(QDataStream &in, IntentSubmission &submission);
void write(QDataStream &out, const std::vector<IntentOutcome> &outcomes);
void read(QDataStream &in, std::vector<IntentOutcome> &outcomes);
void write(QDataStream &out, const BackendEvent &event);
void read(QDataStream &in, BackendEvent &event);

} // namespace Tidegate::NodeCodec
