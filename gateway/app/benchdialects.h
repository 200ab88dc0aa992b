// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"
#include "bench/ownserver.h"

#include <memory>

namespace Tidegate {

//! What `tidegate bench` may speak, as flags say it.
struct BenchSpeech
{
    QByteArray dialect = "ssma"; //!< "ssma", "sharedata" or "mesh"
    bool isEventStream = false;
    QByteArray place; //!< channel, document or subject; empty = the dialect's usual one
    QByteArray site;
    QByteArray function; //!< of the document
    QByteArray token;    //!< empty = none
};

//! \p target outlives it. InvalidContract when the flags do not go together.
Result<std::unique_ptr<Bench::Dialect>> makeBenchDialect(const Bench::Target &target, const BenchSpeech &speech);

//! A gateway of our own that lets \p speech in; fills in its token.
Bench::OwnServer::Settings ownServerFor(BenchSpeech &speech);

} // namespace Tidegate
