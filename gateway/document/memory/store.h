// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "document/documentstore.h"

namespace Tidegate {

//! Keeps nothing: documents live as long as the registry's memory does. For gateways whose intents live there too.
class MemoryDocumentStore final : public DocumentStore
{
public:
    explicit MemoryDocumentStore(TaskQueue &owner)
        : m_owner(owner)
    {
    }

    Result<StoredDocuments> open(int) override { return StoredDocuments(); }
    void write(DocumentWrite, std::function<void(Result<void>)> done) override
    {
        m_owner.post([isOpen = m_isOpen, done = std::move(done)] {
            if (*isOpen)
                done({});
        });
    }
    void close() override { *m_isOpen = false; }

private:
    TaskQueue &m_owner;
    const std::shared_ptr<bool> m_isOpen = std::make_shared<bool>(true);
};

} // namespace Tidegate
