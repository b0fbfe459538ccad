## Messages
