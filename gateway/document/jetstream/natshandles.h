// SPDX-License-Identifier: MIT
#pragma once

#include <nats/nats.h>

#include <memory>

// What the library hands out, freed by scope.

namespace Tidegate {

template <auto Destroy>
struct NatsDeleter
{
    template <typename T>
    void operator()(T *handle) const
    {
        Destroy(handle);
    }
};

template <typename T, auto Destroy>
using NatsHandle = std::unique_ptr<T, NatsDeleter<Destroy>>;

using NatsOptionsHandle = NatsHandle<natsOptions, natsOptions_Destroy>;
using NatsMessageHandle = NatsHandle<natsMsg, natsMsg_Destroy>;
using NatsSubscriptionHandle = NatsHandle<natsSubscription, natsSubscription_Destroy>;
using JetStreamHandle = NatsHandle<jsCtx, jsCtx_Destroy>;
using StreamInfoHandle = NatsHandle<jsStreamInfo, jsStreamInfo_Destroy>;
using MetaDataHandle = NatsHandle<jsMsgMetaData, jsMsgMetaData_Destroy>;
using KeyValueHandle = NatsHandle<kvStore, kvStore_Destroy>;
using KeyValueEntryHandle = NatsHandle<kvEntry, kvEntry_Destroy>;

} // namespace Tidegate
