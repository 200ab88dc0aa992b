// SPDX-License-Identifier: MIT
#pragma once

#include "sharedata/frames.h"

#include <memory>

namespace Tidegate {
class JsonWalk;
}

namespace Tidegate::ShareData {

//! Client frames from text (ShareData spec sections 2 and 3). The whole text is validated, also what is passed on raw.
//! The last of equal keys counts; fields nobody knows are ignored. One per I/O shard; not thread-safe.
class Decoder
{
public:
    //! Containers inside each other, the frame itself included. The original has no bound; this one keeps a hostile
    //! text off the stack.
    static constexpr int MaxDepth = 256;

    Decoder();
    ~Decoder();
    Q_DISABLE_COPY_MOVE(Decoder)

    //! \p text is one complete message of UTF-8; its size is the transport's limit to keep.
    std::variant<ClientFrame, InvalidMessage> decode(QByteArrayView text);

private:
    std::unique_ptr<JsonWalk> m_walk;
};

} // namespace Tidegate::ShareData
