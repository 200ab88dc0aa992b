// SPDX-License-Identifier: MIT
#pragma once

#include "ssma/frames.h"

#include <QByteArray>

#include <memory>
#include <variant>

namespace Tidegate::Ssma {

using DecodedFrame = std::variant<ClientFrame, FrameError>;

//! Client frames from text (SSMA spec 6.1, 6.2, 7 step 3). The whole document is validated, also what is passed on raw.
//! One per I/O shard; not thread-safe. Keeps one parse buffer between frames and gives it back after a big frame.
//!
//! Where the gateway reads a field, the last of several equal keys wins, as in JavaScript; opaque values (payload,
//! other meta fields, filter, args) keep their text. Numbers outside the range of double are accepted and stay text.
class Decoder
{
public:
    static constexpr int MaxDepth = 64;

    Decoder();
    ~Decoder();
    Decoder(const Decoder &) = delete;
    Decoder &operator=(const Decoder &) = delete;

    //! \p text is one complete WebSocket message; its size is the transport's limit to keep.
    DecodedFrame decode(QByteArrayView text);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Tidegate::Ssma
