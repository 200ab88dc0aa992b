// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"
#include "wire/result.h"

#include <functional>
#include <memory>
#include <vector>

namespace Tidegate::Bench {

//! A server that was started to be measured; ends with this object.
class RunningPeer
{
public:
    virtual ~RunningPeer() = default;
    virtual QString url() const = 0;
    virtual qint64 processId() const = 0;
};

//! One server of the comparison in one configuration. A value.
struct Peer
{
    QByteArray key;        //!< on the command line and in rows: "nchan"
    QString label;         //!< for people: "nginx + nchan"
    bool isForeign = true; //!< counts as what a user might pick instead
    //! A fresh one on loopback. ErrorCode::NotFound if the machine does not have it.
    std::function<Result<std::unique_ptr<RunningPeer>>()> start;
    std::function<std::unique_ptr<Dialect>(const Target &)> dialect;
};

//! Every configuration that some row measures.
std::vector<Peer> allPeers();

} // namespace Tidegate::Bench
